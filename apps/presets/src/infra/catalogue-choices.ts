import type { Catalogue } from '@atelier/model-catalog';
import type { PreferenceChoices } from '../domain/check-preferences.js';
import { catalogueLimits } from './catalogue-limits.js';

/** What can be preferred, as the model catalogue has it. */
export function catalogueChoices(catalogue: Catalogue, now: () => Date): PreferenceChoices {
  const inUse = catalogue.mediaModels.filter(({ workflows }) => workflows.length > 0);
  return {
    providers: [...new Set(inUse.map(({ provider }) => provider))],
    modelProblem: (workflow, modelId) => {
      const serving = catalogue.resolve(modelId, now());
      if (!serving) return 'is not known';
      const { primary, fallbacks, speed, quality, available } = catalogue.forWorkflow(workflow);
      const serves = [primary, speed, quality, ...fallbacks, ...available].some((one) => one?.id === serving.model.id);
      return serves ? undefined : `${serving.model.id} does not serve ${workflow}`;
    },
    limits: catalogueLimits(inUse),
  };
}
