import { Film } from 'lucide-react';
import type { Generation } from '../api/gen/api.js';
import { generationsStrings as text } from '../strings/en/generations.js';
import { isVideo } from './generation-state.js';

/** The outputs small, the shown one marked. Nothing when there is only one. */
export function OutputPicker({
  outputs,
  chosen,
  onChoose,
}: {
  readonly outputs: Generation['outputs'];
  readonly chosen: number;
  readonly onChoose: (index: number) => void;
}) {
  if (outputs.length < 2) return null;
  return (
    <div role="group" aria-label={text.outputs} className="flex flex-wrap gap-2">
      {outputs.map((output, index) => (
        <button
          key={output.url}
          type="button"
          aria-pressed={index === chosen}
          aria-label={text.output(index + 1, outputs.length)}
          onClick={() => onChoose(index)}
          className="size-16 overflow-hidden rounded-md border-2 border-line bg-raised aria-pressed:border-accent"
        >
          {isVideo(output) ? (
            <Film className="m-auto size-6 text-muted" aria-hidden />
          ) : (
            <img src={output.url} alt="" loading="lazy" className="size-full object-cover" />
          )}
        </button>
      ))}
    </div>
  );
}
