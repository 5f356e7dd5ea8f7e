import { X } from 'lucide-react';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { createStrings as text } from '../../strings/en/create.js';
import { formatName } from '../../ui/format.js';
import type { Draft } from './draft.js';
import { choicesRow, focusBeside } from './focus-beside.js';
import { shortId } from './session-picker.js';
import { useModels, usePresets } from './use-catalogue.js';

/** What was chosen for this prompt beside its words, each to be taken back. */
export function Choices({
  draft,
  isKnownSession,
  onChange,
}: {
  readonly draft: Draft;
  /** The session holds something that can be looked at. */
  readonly isKnownSession: boolean;
  readonly onChange: (changes: Partial<Draft>) => void;
}) {
  const presets = usePresets();
  const models = useModels();
  const { presetId, sessionId, workflow, provider, modelId, parameters } = draft;
  const set = Object.values(parameters).filter((value) => value !== undefined && value !== '').length;
  const nameOf = (id: string) => presets.data?.find((preset) => preset.id === id)?.name ?? id;
  const modelName = (id: string) => models.data?.find((model) => model.model_id === id)?.display_name ?? id;
  const chips: readonly [label: string | null, taken: Partial<Draft>, href?: string | undefined][] = [
    [
      sessionId && text.sessionNamed(shortId(sessionId)),
      { sessionId: null },
      isKnownSession ? `/sessions/${sessionId}` : undefined,
    ],
    [presetId && text.presetNamed(nameOf(presetId)), { presetId: null }],
    [workflow && text.chosenWorkflow(formatName(workflow)), { workflow: null }],
    [provider && text.chosenProvider(provider), { provider: null }],
    [modelId && text.chosenModel(modelName(modelId)), { modelId: null }],
    [set > 0 ? text.chosenParameters(set) : null, { parameters: {} }],
  ];
  return chips.map(
    ([label, taken, href]) =>
      label && (
        <Chip key={label} label={label} onRemove={() => onChange(taken)}>
          {href ? (
            <Link href={href} className="truncate hover:underline" title={text.openSession}>
              {label}
            </Link>
          ) : (
            <span className="truncate">{label}</span>
          )}
        </Chip>
      ),
  );
}

function Chip({
  label,
  onRemove,
  children,
}: {
  readonly label: string;
  readonly onRemove: () => void;
  readonly children: ReactNode;
}) {
  return (
    <span className="inline-flex h-8 max-w-full items-center gap-1 rounded-lg bg-accent-soft pl-2.5 text-sm font-medium text-accent-strong">
      {children}
      <button
        type="button"
        aria-label={text.remove(label)}
        title={text.remove(label)}
        onClick={(event) => {
          focusBeside(event.currentTarget, `${choicesRow} button`);
          onRemove();
        }}
        className="grid size-8 shrink-0 place-items-center rounded-lg hover:bg-surface"
      >
        <X className="size-3.5" aria-hidden />
      </button>
    </span>
  );
}
