import type { Model } from '../../api/gen/api.js';
import { useProviders } from '../../api/use-me.js';
import { createStrings as text } from '../../strings/en/create.js';
import { Badge } from '../../ui/badge.js';
import { type Choice, SelectField } from '../../ui/field.js';
import { formatDollars, formatSeconds } from '../../ui/format.js';
import type { Draft } from './draft.js';
import { availabilityTones } from './status-tones.js';
import { useModels } from './use-catalogue.js';

/** Provider and model, with how they stand. */
export function ModelChoice({
  draft,
  onChange,
}: {
  readonly draft: Draft;
  readonly onChange: (changes: Partial<Draft>) => void;
}) {
  const models = useModels();
  const providers = useProviders();
  const all = models.data ?? [];
  const offered = all.filter(({ provider }) => !draft.provider || provider === draft.provider);
  const model = all.find(({ model_id: id }) => id === draft.modelId);
  // A model of an address may be an alias, or gone: it stays visible until it is taken back.
  const stranger: readonly Choice[] = draft.modelId && !model ? [{ value: draft.modelId, label: draft.modelId }] : [];
  const chooseProvider = (provider: string) =>
    onChange({
      provider: provider === '' ? null : provider,
      ...(provider !== '' && model && model.provider !== provider ? { modelId: null } : {}),
    });
  return (
    <>
      <SelectField
        label={text.provider}
        value={draft.provider ?? ''}
        choices={[
          { value: '', label: text.anyProvider },
          ...(providers.data ?? []).map(({ provider, status, enabled }) => ({
            value: provider,
            label: text.providerChoice(provider, text.statuses[status]),
            disabled: !enabled,
          })),
        ]}
        onChoose={chooseProvider}
      />
      <SelectField
        className="sm:col-span-2"
        label={text.model}
        value={draft.modelId ?? ''}
        choices={[{ value: '', label: text.anyModel }, ...stranger, ...offered.map(toChoice)]}
        onChoose={(modelId) => onChange({ modelId: modelId === '' ? null : modelId })}
        hint={model && <ModelFacts model={model} />}
      />
    </>
  );
}

function toChoice(model: Model): Choice {
  const { model_id: value, display_name: name, availability, output_kind: kind } = model;
  const gone = availability === 'unavailable';
  return {
    value,
    label: gone ? text.unavailableChoice(name) : text.modelChoice(name, priceOf(model)),
    disabled: gone,
    group: kind === 'video' ? text.videos : text.pictures,
  };
}

/** What models bill by tokens is priced for a usual result. */
function priceOf({ price }: Model): string {
  const isPerResult = price.measured !== undefined || price.unit === 'token';
  return text.pricePer(formatDollars(price.measured?.p50 ?? price.amount), isPerResult ? text.result : price.unit);
}

function ModelFacts({ model }: { readonly model: Model }) {
  const { availability, lifecycle, time, provider } = model;
  return (
    <span className="inline-flex flex-wrap items-center gap-x-2 gap-y-1">
      <Badge tone={availabilityTones[availability]}>{text.availability[availability]}</Badge>
      <span>{provider}</span>
      <span>{priceOf(model)}</span>
      <span>{text.typicalTime(formatSeconds(time.p50 ?? time.typical))}</span>
      {lifecycle.status === 'deprecated' && (
        <Badge tone="warning">{text.deprecated(lifecycle.shutdown_date, lifecycle.successor)}</Badge>
      )}
    </span>
  );
}
