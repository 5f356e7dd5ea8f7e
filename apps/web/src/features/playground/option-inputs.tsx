import { optionStrings as text } from '../../strings/en/playground.js';
import { NumberField, TextAreaField } from '../../ui/field.js';
import { Slider } from '../../ui/slider.js';
import { Switch } from '../../ui/switch.js';
import type { JobOptions, JobType } from './job-options.js';
import { LabelledChoice } from './labelled-choice.js';
import type { OptionInputsProps } from './option-inputs-props.js';
import { SketchInputs } from './sketch-inputs.js';

const { webp, jpg, png } = text.formats;

/** The options of the chosen type of job. */
export function OptionInputs({
  type,
  options,
  errors,
  onChange,
}: {
  readonly type: JobType;
  readonly options: JobOptions;
  readonly errors: Readonly<Record<string, string>>;
  readonly onChange: (options: JobOptions) => void;
}) {
  const change = (changes: object) => onChange({ ...options, [type]: { ...options[type], ...changes } });
  switch (type) {
    case 'batch_optimization':
      return <OptimizationInputs options={options[type]} errors={errors} onChange={change} />;
    case 'image_enhancement':
      return <EnhancementInputs options={options[type]} errors={errors} onChange={change} />;
    case 'sketch_preparation':
      return <SketchInputs options={options[type]} errors={errors} onChange={change} />;
    case 'background_replacement':
      return <BackgroundInputs options={options[type]} errors={errors} onChange={change} />;
  }
}

function OptimizationInputs({ options, errors, onChange }: OptionInputsProps<'batch_optimization'>) {
  return (
    <div className="space-y-4">
      <LabelledChoice
        label={text.format}
        labels={text.formats}
        value={options.format}
        onChoose={(format) => onChange({ format })}
      />
      <LabelledChoice
        label={text.quality}
        labels={text.qualities}
        value={options.quality}
        onChoose={(quality) => onChange({ quality })}
      />
      <NumberField
        label={text.maxSize}
        hint={text.maxSizeHint}
        error={errors['maxSize']}
        value={options.maxSize}
        onValue={(maxSize) => onChange({ maxSize })}
      />
      <Switch
        label={text.maintainAspect}
        checked={options.maintainAspect}
        onChange={(maintainAspect) => onChange({ maintainAspect })}
      />
    </div>
  );
}

function EnhancementInputs({ options, onChange }: OptionInputsProps<'image_enhancement'>) {
  return (
    <div className="space-y-4">
      <div>
        <Slider
          label={text.enhancementLevel}
          value={options.enhancementLevel}
          min={0}
          max={10}
          onChange={(enhancementLevel) => onChange({ enhancementLevel })}
        />
        <p className="text-sm text-muted">{text.enhancementHint}</p>
      </div>
      <div className="flex flex-wrap gap-x-6 gap-y-3">
        <Switch label={text.sharpen} checked={options.sharpen} onChange={(sharpen) => onChange({ sharpen })} />
        <Switch label={text.denoise} checked={options.denoise} onChange={(denoise) => onChange({ denoise })} />
        <Switch label={text.upscale} checked={options.upscale} onChange={(upscale) => onChange({ upscale })} />
      </div>
    </div>
  );
}

function BackgroundInputs({ options, errors, onChange }: OptionInputsProps<'background_replacement'>) {
  return (
    <div className="space-y-4">
      <TextAreaField
        label={text.backgroundPrompt}
        placeholder={text.backgroundPlaceholder}
        error={errors['backgroundPrompt']}
        rows={2}
        maxLength={2_000}
        required
        value={options.backgroundPrompt}
        onChange={({ target }) => onChange({ backgroundPrompt: target.value })}
      />
      <TextAreaField
        label={text.negativePrompt}
        rows={1}
        maxLength={1_000}
        value={options.negativePrompt}
        onChange={({ target }) => onChange({ negativePrompt: target.value })}
      />
      <LabelledChoice
        label={text.quality}
        labels={text.qualities}
        value={options.quality}
        onChoose={(quality) => onChange({ quality })}
      />
      <LabelledChoice
        label={text.format}
        labels={{ png, webp, jpg }}
        value={options.format}
        onChoose={(format) => onChange({ format })}
      />
      <NumberField
        label={text.seed}
        hint={text.seedHint}
        error={errors['seed']}
        value={options.seed}
        onValue={(seed) => onChange({ seed })}
      />
      <Switch label={text.fitTarget} checked={options.fitTarget} onChange={(fitTarget) => onChange({ fitTarget })} />
    </div>
  );
}
