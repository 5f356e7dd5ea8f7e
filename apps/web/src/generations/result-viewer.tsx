import { useState } from 'react';
import type { Generation } from '../api/gen/api.js';
import { ZoomableImage } from '../media/zoomable-image.js';
import { generationsStrings as text } from '../strings/en/generations.js';
import { isVideo } from './generation-state.js';

/** What came of a generation: one picture or video large, the others to choose from. */
export function ResultViewer({ generation }: { readonly generation: Generation }) {
  const [chosen, setChosen] = useState(0);
  const { outputs, prompt } = generation;
  const output = outputs[chosen] ?? outputs[0];
  if (!output) return null;
  return (
    <div className="space-y-2">
      {isVideo(output) ? (
        <video
          key={output.url}
          src={output.url}
          controls
          playsInline
          loop
          className="mx-auto max-h-[70dvh] rounded-lg"
        />
      ) : (
        <ZoomableImage key={output.url} src={output.url} alt={prompt} />
      )}
      {outputs.length > 1 && (
        <div role="group" aria-label={text.outputs} className="flex flex-wrap gap-2">
          {outputs.map((each, index) => (
            <button
              key={each.url}
              type="button"
              aria-pressed={each === output}
              aria-label={text.output(index + 1, outputs.length)}
              onClick={() => setChosen(index)}
              className="overflow-hidden rounded-md border-2 border-transparent aria-pressed:border-accent"
            >
              <img src={each.url} alt="" className="size-16 object-cover" />
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
