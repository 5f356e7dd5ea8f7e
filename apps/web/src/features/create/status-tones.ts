import type { Model, Provider } from '../../api/gen/api.js';
import type { Tone } from '../../ui/badge.js';

export const providerTones: Readonly<Record<Provider['status'], Tone>> = {
  up: 'success',
  degraded: 'warning',
  down: 'danger',
  disabled: 'neutral',
};

export const availabilityTones: Readonly<Record<Model['availability'], Tone>> = {
  available: 'success',
  degraded: 'warning',
  unavailable: 'danger',
};
