import { call } from './call.js';
import { defaults } from './gen/api.js';

/** Makes the generated client send its requests from this origin, through `call`. */
export function configureClient(): void {
  defaults.baseUrl = '';
  defaults.fetch = call;
}
