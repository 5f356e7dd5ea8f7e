/** A provider as the generation service tells of it. */
export interface ProviderStanding {
  readonly provider: string;
  /** With a key, or served by the sandbox. */
  readonly configured: boolean;
  /** Configured, and not turned off by an operator. */
  readonly enabled: boolean;
  readonly models: readonly { readonly modelId: string; readonly disabled: boolean }[];
}

/** Models that can be asked for a background, best first; without any, why. */
export type BackgroundModels =
  | { readonly chain: readonly [string, ...string[]] }
  | { readonly chain?: never; readonly reason: string };

/** Stand-ins for the Gemini-style model, best first. */
const standIns = [
  { provider: 'openai', modelId: 'gpt-image-2.5-flare' },
  { provider: 'replicate', modelId: 'black-forest-labs/flux-kontext-pro' },
];

/** Chooses among the models that replace backgrounds. A provider whose circuit is open stays: it may be back when it is its turn. */
export function backgroundModels(providers: readonly ProviderStanding[], aiModel: string): BackgroundModels {
  const known = [{ provider: 'gemini', modelId: aiModel }, ...standIns].map(({ provider, modelId }) => {
    const standing = providers.find((one) => one.provider === provider);
    const isOff = !standing?.enabled || standing.models.some((one) => one.modelId === modelId && one.disabled);
    return { modelId, isConfigured: standing?.configured ?? false, isOff };
  });
  const [first, ...others] = known
    .filter(({ isConfigured, isOff }) => isConfigured && !isOff)
    .map((one) => one.modelId);
  if (first !== undefined) return { chain: [first, ...others] };
  return {
    reason: known.some(({ isConfigured }) => isConfigured)
      ? 'All providers of image models are turned off at the moment.'
      : 'No provider of image models is configured.',
  };
}
