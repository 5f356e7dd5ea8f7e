import { useQuery } from '@tanstack/react-query';
import { useId } from 'react';
import { getV1Models } from '../../api/gen/api.js';
import { optionStrings as text } from '../../strings/en/playground.js';
import { TextField } from '../../ui/field.js';
import { Slider } from '../../ui/slider.js';
import { LabelledChoice } from './labelled-choice.js';
import type { OptionInputsProps } from './option-inputs-props.js';

const commonSizes = ['512x512', '640x480', '1024x1024', '1024x768', '768x1024', '1344x768'];

/** How a picture becomes a sketch. */
export function SketchInputs({ options, errors, onChange }: OptionInputsProps<'sketch_preparation'>) {
  const list = useId();
  const models = useQuery({
    queryKey: ['models', 'for-pictures'],
    queryFn: ({ signal }) => getV1Models({ limit: 100 }, { signal }),
    staleTime: 300_000,
    select: ({ items }) => items.filter(({ output_kind }) => output_kind === 'image').map(({ model_id }) => model_id),
  });
  return (
    <div className="space-y-4">
      <LabelledChoice
        label={text.edges}
        labels={text.edgeKinds}
        value={options.edges}
        onChoose={(edges) => onChange({ edges })}
      />
      <Slider
        label={text.contrast}
        value={options.contrast}
        min={0}
        max={2}
        step={0.1}
        format={(value) => value.toFixed(1)}
        onChange={(contrast) => onChange({ contrast: Math.round(contrast * 10) / 10 })}
      />
      <Slider
        label={text.palette}
        value={options.palette}
        min={0}
        max={16}
        format={(value) => (value === 0 ? text.paletteNone : String(value))}
        onChange={(palette) => onChange({ palette })}
      />
      <TextField
        label={text.target}
        hint={text.targetHint}
        error={errors['target']}
        list={list}
        maxLength={200}
        spellCheck={false}
        autoCapitalize="off"
        value={options.target}
        onChange={({ target }) => onChange({ target: target.value })}
      />
      <datalist id={list}>
        {[...commonSizes, ...(models.data ?? [])].map((target) => (
          <option key={target} value={target} />
        ))}
      </datalist>
      {options.target.trim() !== '' && (
        <LabelledChoice label={text.fit} labels={text.fits} value={options.fit} onChoose={(fit) => onChange({ fit })} />
      )}
      <LabelledChoice
        label={text.text}
        labels={text.texts}
        value={options.text}
        onChoose={(found) => onChange({ text: found })}
      />
    </div>
  );
}
