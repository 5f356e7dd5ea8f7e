import { integer, serviceUrls } from '@atelier/service-defaults';

/** Settings of the model-selector; the catalogue itself is a data file of `@atelier/model-catalog`. */
export const modelSelectorConfig = {
  GENERATION_URL: serviceUrls.GENERATION_URL,
  MODEL_PARAMS_CACHE_TTL: integer(3600).describe('Seconds that mapped parameters of a model are kept.'),
} as const;
