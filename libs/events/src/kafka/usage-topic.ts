/** Topic of all usage events, keyed by user, so that one user's events keep their order. */
export const usageTopic = 'atelier.usage.v1';

/** What could not be read or stored, byte for byte as it came, with the reason in its headers. */
export const deadLetterTopic = `${usageTopic}.dlq`;
