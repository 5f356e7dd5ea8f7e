import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Generation } from '../api/gen/api.js';
import { generationsStrings as text } from '../strings/en/generations.js';
import { Segmented } from '../ui/segmented.js';
import type { GenerationActs } from './generation-acts.js';
import { isVideo } from './generation-state.js';
import { OutputPicker } from './output-picker.js';
import { ResultActions } from './result-actions.js';
import { ResultViewer, type ResultView } from './result-viewer.js';
import { generationKey } from './use-generation.js';

/** What came of a generation, and what can be done with it. */
export function GenerationResult({ generation, ...acts }: { readonly generation: Generation } & GenerationActs) {
  const queries = useQueryClient();
  const [chosen, setChosen] = useState(0);
  const [view, setView] = useState<ResultView>('result');
  const { outputs, input_images: inputs = [] } = generation;
  const output = outputs[chosen] ?? outputs[0];
  if (!output) return null;
  const comparable = inputs.length > 0 && !isVideo(output);
  return (
    <div className="space-y-3">
      {comparable && (
        <Segmented
          label={text.view}
          value={view}
          onChoose={setView}
          choices={[
            { value: 'result', label: text.result },
            { value: 'compare', label: text.compare },
          ]}
        />
      )}
      <ResultViewer
        generation={generation}
        chosen={chosen}
        view={comparable ? view : 'result'}
        onReload={() => void queries.invalidateQueries({ queryKey: generationKey(generation.id) })}
      />
      <OutputPicker outputs={outputs} chosen={chosen} onChoose={setChosen} />
      <Notes generation={generation} />
      <ResultActions generation={generation} chosen={chosen} {...acts} />
    </div>
  );
}

/** What was approximated, dropped or replaced, and whether it was a result from before. */
function Notes({ generation: { warnings, cached_from: cached } }: { readonly generation: Generation }) {
  const notes = [...(cached === undefined ? [] : [text.cached]), ...warnings];
  if (notes.length === 0) return null;
  return (
    <ul aria-label={text.warnings} className="list-disc space-y-0.5 rounded-lg bg-warning-soft py-2 pr-3 pl-7 text-sm">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
