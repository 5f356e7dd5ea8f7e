/** Images that need a core wait for cores, images that a provider makes wait for the provider; neither holds up the other. */
export type Lane = 'cpu' | 'provider';

/** Both lanes. */
export const lanes: readonly Lane[] = ['cpu', 'provider'];

/** Job types whose images a provider makes. */
export const providerTypes: readonly string[] = ['background_replacement'];

/** The lane in which the images of a job type wait. */
export function laneOf(type: string): Lane {
  return providerTypes.includes(type) ? 'provider' : 'cpu';
}
