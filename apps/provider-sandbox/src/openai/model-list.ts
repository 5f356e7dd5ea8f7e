/** What a model of the sandbox's OpenAI can do. */
export type OpenAiModelKind = 'image' | 'text' | 'moderation';

/** A model with its announced end (ISO date), if there is one. */
export interface OpenAiModel {
  readonly id: string;
  readonly kind: OpenAiModelKind;
  readonly shutdownDate?: string;
}

const IMAGE_MODELS: readonly OpenAiModel[] = [
  { id: 'gpt-image-2.5-flare', kind: 'image' },
  { id: 'gpt-image-2.5-sunburst', kind: 'image' },
  { id: 'gpt-image-2', kind: 'image' },
  { id: 'gpt-image-2-2026-04-21', kind: 'image' },
  { id: 'gpt-image-1.5', kind: 'image', shutdownDate: '2026-12-01' },
  { id: 'gpt-image-1-mini', kind: 'image', shutdownDate: '2026-12-01' },
  { id: 'chatgpt-image-latest', kind: 'image' },
];

const TEXT_MODELS = (
  'gpt-6-luna gpt-5.6-sol gpt-5.6-terra gpt-5.6-luna gpt-5.5 gpt-5.4 gpt-5.4-mini gpt-5.4-nano gpt-5.2 gpt-5.1 ' +
  'gpt-5.1-mini gpt-5 gpt-5-mini gpt-5-nano gpt-4.1 gpt-4.1-mini gpt-4.1-nano o4-mini o3 o3-mini gpt-4o'
)
  .split(' ')
  .map((id): OpenAiModel => ({ id, kind: 'text' }));

/** The models the sandbox answers for. Those that OpenAI has shut down (`dall-e-3`, `gpt-image-1`) are absent. */
export const openAiModels: readonly OpenAiModel[] = [
  ...IMAGE_MODELS,
  ...TEXT_MODELS,
  { id: 'gpt-4o-mini', kind: 'text', shutdownDate: '2027-01-14' },
  { id: 'gpt-4o-mini-2024-07-18', kind: 'text', shutdownDate: '2027-01-14' },
  { id: 'omni-moderation-latest', kind: 'moderation' },
  { id: 'omni-moderation-2024-09-26', kind: 'moderation' },
];

const BY_ID = new Map(openAiModels.map((model) => [model.id, model]));

/** The model called `id`, if there is one of that kind. */
export function findOpenAiModel(id: string, kind?: OpenAiModelKind): OpenAiModel | undefined {
  const model = BY_ID.get(id);
  return kind === undefined || model?.kind === kind ? model : undefined;
}
