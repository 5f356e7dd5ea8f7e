import type { Preset } from '../../api/gen/api.js';
import { presetDetailsStrings as text } from '../../strings/en/presets.js';
import { chipsOf, ParameterChips } from './parameter-chips.js';
import { TemplateText } from './template-text.js';
import { VisibilityBadge } from './visibility-badge.js';

/** What a preset says. */
export function PresetSummary({
  preset,
}: {
  readonly preset: Pick<Preset, 'prompt_template' | 'negative_prompt' | 'parameters' | 'visibility' | 'version'>;
}) {
  return (
    <dl className="grid gap-x-4 gap-y-3 text-sm sm:grid-cols-[9rem_1fr] [&_dt]:text-muted">
      <dt>{text.template}</dt>
      <dd>
        <TemplateText template={preset.prompt_template} />
      </dd>
      {preset.negative_prompt && (
        <>
          <dt>{text.negative}</dt>
          <dd className="break-words">{preset.negative_prompt}</dd>
        </>
      )}
      <dt>{text.parameters}</dt>
      <dd>
        {chipsOf(preset.parameters).length > 0 ? <ParameterChips parameters={preset.parameters} /> : text.noParameters}
      </dd>
      <dt className="sr-only">{text.version(preset.version)}</dt>
      <dd className="flex items-center gap-2 sm:col-start-2">
        <VisibilityBadge visibility={preset.visibility} />
        <span className="text-xs text-muted">{text.version(preset.version)}</span>
      </dd>
    </dl>
  );
}
