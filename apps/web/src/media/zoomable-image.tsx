import { Maximize, ZoomIn, ZoomOut } from 'lucide-react';
import { type PointerEvent, useRef, useState } from 'react';
import { uiStrings as text } from '../strings/en/ui.js';
import { Button } from '../ui/button.js';

const steps = [1, 1.5, 2, 3, 4, 6];

/** A picture to look at closely: buttons, `+`, `-` and `0` zoom, dragging and arrow keys move. */
export function ZoomableImage({ src, alt }: { readonly src: string; readonly alt: string }) {
  const [step, setStep] = useState(0);
  const frame = useRef<HTMLDivElement>(null);
  const drag = useRef<{ x: number; y: number } | undefined>(undefined);
  const scale = steps[step] ?? 1;
  const zoom = (by: number) => setStep((before) => Math.min(steps.length - 1, Math.max(0, before + by)));
  const move = (event: PointerEvent) => {
    if (!drag.current || !frame.current) return;
    frame.current.scrollBy(drag.current.x - event.clientX, drag.current.y - event.clientY);
    drag.current = { x: event.clientX, y: event.clientY };
  };
  return (
    <div className="relative">
      <div
        ref={frame}
        tabIndex={0}
        role="group"
        aria-label={alt}
        onKeyDown={({ key }) => {
          if (key === '+' || key === '=') zoom(1);
          else if (key === '-') zoom(-1);
          else if (key === '0') setStep(0);
        }}
        onPointerDown={(event) => {
          if (step > 0) drag.current = { x: event.clientX, y: event.clientY };
        }}
        onPointerMove={move}
        onPointerUp={() => (drag.current = undefined)}
        onPointerLeave={() => (drag.current = undefined)}
        onDoubleClick={() => setStep((before) => (before === 0 ? 2 : 0))}
        className={`max-h-[70dvh] overflow-auto rounded-lg bg-raised ${step > 0 ? 'cursor-grab active:cursor-grabbing' : 'cursor-zoom-in'}`}
      >
        <img
          src={src}
          alt={alt}
          draggable={false}
          className={step === 0 ? 'mx-auto block max-h-[70dvh] max-w-full object-contain' : 'block max-w-none'}
          style={step === 0 ? undefined : { width: `${scale * 100}%` }}
        />
      </div>
      <div className="absolute right-2 bottom-2 flex gap-1 rounded-lg bg-surface/90 p-0.5 shadow">
        <Button
          look="plain"
          size="icon"
          aria-label={text.zoomOut}
          disabled={step === 0}
          onClick={() => zoom(-1)}
          icon={<ZoomOut className="size-4" />}
        />
        <Button
          look="plain"
          size="icon"
          aria-label={text.fit}
          disabled={step === 0}
          onClick={() => setStep(0)}
          icon={<Maximize className="size-4" />}
        />
        <Button
          look="plain"
          size="icon"
          aria-label={text.zoomIn}
          disabled={step === steps.length - 1}
          onClick={() => zoom(1)}
          icon={<ZoomIn className="size-4" />}
        />
      </div>
    </div>
  );
}
