import { type KeyboardEvent, type RefObject, useState } from 'react';
import type { ProcessAnswer } from '../../api/gen/api.js';
import { ImageDrop } from '../../media/image-drop.js';
import type { useUploads } from '../../media/use-uploads.js';
import { settings, useSettings } from '../../settings/settings.js';
import { createStrings as text } from '../../strings/en/create.js';
import { Card } from '../../ui/card.js';
import { Disclosure } from '../../ui/disclosure.js';
import { AdvancedPanel } from './advanced-panel.js';
import { Attachments } from './attachments.js';
import { Choices } from './choices.js';
import { type Draft, imagesLeft, maxImages, maxPromptLength } from './draft.js';
import { EnhancePanel } from './enhance-panel.js';
import { GenerateBar } from './generate-bar.js';
import { PresetPicker } from './preset-picker.js';
import { PromptBox } from './prompt-box.js';
import { PromptTools } from './prompt-tools.js';
import { SessionPicker } from './session-picker.js';
import { typeInto } from './type-into.js';
import type { useSession } from './use-session.js';
import { WaySwitches } from './way-switches.js';

/** Everything that is said about what to make, and the button that makes it. Takes images dropped or pasted anywhere. */
export function Composer({
  draft,
  plan,
  isPlanCurrent,
  inSession,
  uploads,
  box,
  isPromptRefused,
  isStarting,
  undo,
  onChange,
  onReplacePrompt,
  onFiles,
  onGenerate,
}: {
  readonly draft: Draft;
  /** The latest plan; `isPlanCurrent` when it belongs to what is typed. */
  readonly plan: ProcessAnswer | undefined;
  readonly isPlanCurrent: boolean;
  readonly inSession: ReturnType<typeof useSession>;
  readonly uploads: ReturnType<typeof useUploads>;
  readonly box: RefObject<HTMLTextAreaElement | null>;
  readonly isPromptRefused: boolean;
  readonly isStarting: boolean;
  readonly undo: (() => void) | undefined;
  readonly onChange: (changes: Partial<Draft>) => void;
  /** Another prompt in place of the typed one, which can be taken back. */
  readonly onReplacePrompt: (prompt: string) => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly onGenerate: () => void;
}) {
  const { showAdvanced } = useSettings();
  const [enhancing, setEnhancing] = useState<string>();
  const prompt = draft.prompt.trim();
  const canGenerate = prompt !== '' && prompt.length <= maxPromptLength;
  const generateByKey = (event: KeyboardEvent) => {
    if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    if (canGenerate && !isStarting && uploads.pending.length === 0) onGenerate();
  };
  const closeEnhance = () => {
    setEnhancing(undefined);
    box.current?.focus();
  };
  return (
    <ImageDrop onFiles={onFiles} className="rounded-card">
      <Card onKeyDown={generateByKey}>
        <WaySwitches />
        <PromptBox
          box={box}
          value={draft.prompt}
          invalid={isPromptRefused}
          onChange={(next) => onChange({ prompt: next })}
        />
        <PromptTools
          onFiles={onFiles}
          onReference={() => box.current && typeInto(box.current, '@')}
          onRandom={onReplacePrompt}
          isEnhancing={enhancing !== undefined}
          canEnhance={canGenerate}
          onEnhance={() => setEnhancing(enhancing === undefined ? prompt : undefined)}
          onUndo={undo}
        />
        {enhancing !== undefined && (
          <EnhancePanel
            prompt={enhancing}
            workflow={plan?.workflow_type}
            onTake={(enhanced) => {
              onReplacePrompt(enhanced);
              closeEnhance();
            }}
            onClose={closeEnhance}
          />
        )}
        <Attachments
          draft={draft}
          sessionImage={inSession.session?.working_image_url ?? null}
          uploads={uploads}
          forgetSessionImage={inSession.forgetImage}
          onChange={onChange}
        />
        {imagesLeft(draft) === 0 && <p className="mt-2 text-sm text-muted">{text.imageLimit(maxImages)}</p>}
        <div data-choices="" className="mt-4 flex flex-wrap items-center gap-2 border-t border-line pt-4">
          <PresetPicker presetId={draft.presetId} onChoose={(presetId) => onChange({ presetId })} />
          <SessionPicker sessionId={draft.sessionId} onChoose={(sessionId) => onChange({ sessionId })} />
          <Choices draft={draft} isKnownSession={inSession.session !== null} onChange={onChange} />
        </div>
        <div className="mt-2">
          <Disclosure
            label={text.advanced}
            open={showAdvanced}
            onToggle={(open) => settings.set({ showAdvanced: open })}
          >
            <AdvancedPanel
              draft={draft}
              planned={plan && { modelId: plan.model_selection.model_id, parameters: plan.model_selection.parameters }}
              onChange={onChange}
            />
          </Disclosure>
        </div>
        <GenerateBar
          plan={isPlanCurrent ? plan : undefined}
          canGenerate={canGenerate}
          isStarting={isStarting}
          isUploading={uploads.pending.length > 0}
          onGenerate={onGenerate}
        />
      </Card>
    </ImageDrop>
  );
}
