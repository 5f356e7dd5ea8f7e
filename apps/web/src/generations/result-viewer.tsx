import { ImageOff } from 'lucide-react';
import { useState } from 'react';
import type { Generation } from '../api/gen/api.js';
import { BeforeAfter } from '../media/before-after.js';
import { ZoomableImage } from '../media/zoomable-image.js';
import { generationsStrings as text } from '../strings/en/generations.js';
import { Button } from '../ui/button.js';
import { EmptyState } from '../ui/states.js';
import { isVideo } from './generation-state.js';

export type ResultView = 'result' | 'compare';

/** One output, large: a picture to zoom into or to hold against what it was made from, or a video with its controls. */
export function ResultViewer({
  generation,
  chosen,
  view = 'result',
  onReload,
}: {
  readonly generation: Generation;
  /** Index of the output. */
  readonly chosen: number;
  readonly view?: ResultView;
  /** Asks for fresh links. */
  readonly onReload: () => void;
}) {
  const { outputs, prompt, input_images: [before] = [] } = generation;
  const output = outputs[chosen] ?? outputs[0];
  const [broken, setBroken] = useState<string>();
  if (!output) return null;
  if (broken === output.url) {
    const again = () => {
      setBroken(undefined);
      onReload();
    };
    return (
      <EmptyState
        icon={<ImageOff aria-hidden />}
        title={text.imageGone}
        action={<Button onClick={again}>{text.reload}</Button>}
      />
    );
  }
  if (isVideo(output)) {
    return (
      <video
        key={output.url}
        src={output.url}
        controls
        playsInline
        loop
        preload="metadata"
        aria-label={prompt}
        onError={() => setBroken(output.url)}
        className="mx-auto max-h-[70dvh] w-full rounded-lg bg-raised"
      />
    );
  }
  if (view === 'compare' && before !== undefined) {
    return <BeforeAfter key={output.url} before={before} after={output.url} alt={prompt} />;
  }
  return (
    <div onErrorCapture={() => setBroken(output.url)}>
      <ZoomableImage key={output.url} src={output.url} alt={prompt} />
    </div>
  );
}
