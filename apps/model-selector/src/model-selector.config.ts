import { serviceUrls } from '@atelier/service-defaults';

/** Settings of the model-selector; the catalogue itself is a data file of `@atelier/model-catalog`. */
export const modelSelectorConfig = {
  GENERATION_URL: serviceUrls.GENERATION_URL,
} as const;
