import { type ReactNode, useState } from 'react';
import { Link } from 'wouter';
import type { Generation } from '../api/gen/api.js';
import { generationsStrings as text } from '../strings/en/generations.js';
import { CopyButton } from '../ui/copy-button.js';
import { Disclosure } from '../ui/disclosure.js';
import { formatBytes, formatDollars, formatName, formatSeconds, formatTime } from '../ui/format.js';

/** The details, folded away until they are wanted. */
export function GenerationDetailsFold({ generation }: { readonly generation: Generation }) {
  const [open, setOpen] = useState(false);
  return (
    <div className="mt-2">
      <Disclosure label={text.details} open={open} onToggle={setOpen}>
        <GenerationDetails generation={generation} />
      </Disclosure>
    </div>
  );
}

/** How a generation came about: its facts, parameters and attempts. */
export function GenerationDetails({ generation }: { readonly generation: Generation }) {
  return (
    <div className="space-y-5">
      <Facts entries={factsOf(generation)} />
      {generation.final_prompt !== generation.prompt && (
        <section className="space-y-1">
          <h4 className="text-sm font-medium">{text.facts.finalPrompt}</h4>
          <p className="text-sm break-words text-muted">{generation.final_prompt}</p>
        </section>
      )}
      <section className="space-y-1">
        <h4 className="text-sm font-medium">{text.parameters}</h4>
        <Parameters generation={generation} />
      </section>
      <section className="space-y-1">
        <h4 className="text-sm font-medium">{text.attempts}</h4>
        <Attempts generation={generation} />
      </section>
      <div className="flex flex-wrap items-center gap-2 text-sm">
        <code className="break-all text-muted">{generation.id}</code>
        <CopyButton look="plain" value={generation.id} label={text.copyId} />
      </div>
    </div>
  );
}

type Entry = readonly [name: string, value: ReactNode];

function factsOf(generation: Generation): readonly Entry[] {
  const { cost, timings, outputs, session_id: session } = generation;
  const output = outputs[0];
  const facts = text.facts;
  return [
    [facts.workflow, formatName(generation.workflow_type)],
    [facts.model, generation.model_id],
    [facts.provider, generation.provider],
    ...(generation.seed === null ? [] : [[facts.seed, generation.seed] as const]),
    cost.actual === null ? [facts.estimated, formatDollars(cost.estimated)] : [facts.cost, formatDollars(cost.actual)],
    [facts.queued, formatSeconds(timings.queued_ms / 1_000)],
    [facts.running, formatSeconds(timings.running_ms / 1_000)],
    [facts.created, formatTime(generation.created_at)],
    ...(generation.priority === 'normal' ? [] : [[facts.priority, formatName(generation.priority)] as const]),
    ...(output
      ? ([
          [
            facts.size,
            `${output.width} × ${output.height}${output.duration_s ? `, ${formatSeconds(output.duration_s)}` : ''}`,
          ],
          [facts.file, `${output.content_type}, ${formatBytes(output.bytes)}`],
        ] as const)
      : []),
    ...(session === undefined
      ? []
      : [
          [
            facts.session,
            <Link key="session" href={`/sessions/${encodeURIComponent(session)}`} className="text-accent underline">
              {session}
            </Link>,
          ] as const,
        ]),
  ];
}

function Facts({ entries }: { readonly entries: readonly Entry[] }) {
  return (
    <dl className="grid grid-cols-[minmax(6rem,auto)_minmax(0,1fr)] gap-x-4 gap-y-1 text-sm">
      {entries.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Parameters({ generation: { parameters } }: { readonly generation: Generation }) {
  const names: Readonly<Record<string, string>> = text.parameterNames;
  const entries = Object.entries(parameters);
  if (entries.length === 0) return <p className="text-sm text-muted">{text.noParameters}</p>;
  return <Facts entries={entries.map(([name, value]) => [names[name] ?? formatName(name), String(value)])} />;
}

function Attempts({ generation: { attempts } }: { readonly generation: Generation }) {
  if (attempts.length === 0) return <p className="text-sm text-muted">{text.noAttempts}</p>;
  return (
    <ol className="space-y-2 text-sm">
      {attempts.map(({ model_id: model, provider, outcome, started_at: from, ended_at: to, error }, index) => (
        <li key={index} className="border-l-2 border-line pl-3">
          <p className="break-words">{text.by(model, provider)}</p>
          <p className="text-muted">
            {text.outcomes[outcome]}
            {from && to && ` · ${formatSeconds((Date.parse(to) - Date.parse(from)) / 1_000)}`}
          </p>
          {error && <p className="text-danger">{error.message}</p>}
        </li>
      ))}
    </ol>
  );
}
