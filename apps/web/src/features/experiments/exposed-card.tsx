import { useState } from 'react';
import { experimentsStrings as text } from '../../strings/en/experiments.js';
import { Card } from '../../ui/card.js';
import { Disclosure } from '../../ui/disclosure.js';
import { SelectField } from '../../ui/field.js';
import { formatNumber, formatTime } from '../../ui/format.js';
import { Loaded } from '../../ui/states.js';
import { Results } from './results.js';
import { type Exposed, useExposed, useExposedResults } from './use-experiments.js';

/** Experiments that are not of the list, such as those about presets, with results against any of their variants. */
export function ExposedCard() {
  return (
    <Card heading={text.exposedTitle}>
      <p className="mb-3 text-sm text-muted">{text.exposedHint}</p>
      <Loaded query={useExposed()}>
        {(items) =>
          items.length === 0 ? (
            <p className="text-sm">{text.exposedNone}</p>
          ) : (
            <ul className="divide-y divide-line">
              {items.map((item) => (
                <ExposedItem key={item.experiment} item={item} />
              ))}
            </ul>
          )
        }
      </Loaded>
    </Card>
  );
}

function ExposedItem({
  item: { experiment, variants, first_exposed_at, last_exposed_at },
}: {
  readonly item: Exposed;
}) {
  const [open, setOpen] = useState(false);
  const [control, setControl] = useState(variants[0]?.variant ?? '');
  return (
    <li className="space-y-1 py-3">
      <Name experiment={experiment} />
      <p className="flex flex-wrap gap-x-4 text-sm text-muted">
        {variants.map(({ variant, users }) => (
          <span key={variant}>
            {text.variant(variant)} {text.users(formatNumber(users))}
          </span>
        ))}
        <span>{text.seen(formatTime(first_exposed_at), formatTime(last_exposed_at))}</span>
      </p>
      <Disclosure label={text.showResults} open={open} onToggle={setOpen}>
        <div className="space-y-4 pt-2">
          <SelectField
            className="max-w-56"
            label={text.control}
            value={control}
            choices={variants.map(({ variant }) => ({ value: variant, label: text.variant(variant) }))}
            onChoose={setControl}
          />
          <ExposedResults {...{ experiment, control }} />
        </div>
      </Disclosure>
    </li>
  );
}

function ExposedResults({ experiment, control }: { readonly experiment: string; readonly control: string }) {
  return <Loaded query={useExposedResults(experiment, control)}>{(results) => <Results results={results} />}</Loaded>;
}

/** `preset:<experiment id>` as a person says it. */
function Name({ experiment }: { readonly experiment: string }) {
  const [kind, ...rest] = experiment.split(':');
  return (
    <h3>
      {kind === 'preset' ? text.presetExperiment : kind}{' '}
      <code className="font-normal break-all text-muted">{rest.join(':')}</code>
    </h3>
  );
}
