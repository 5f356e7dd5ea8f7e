import type { ConfigShape } from '@atelier/service-defaults';

/** The service has no variables of its own: what all services have, and a database, are enough. */
export const analyticsConfig: ConfigShape = {};
