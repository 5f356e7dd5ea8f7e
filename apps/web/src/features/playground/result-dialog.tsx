import { ChevronLeft, ChevronRight, Download, Sparkles } from 'lucide-react';
import { useState } from 'react';
import { Link } from 'wouter';
import { ZoomableImage } from '../../media/zoomable-image.js';
import { jobStrings as text } from '../../strings/en/playground.js';
import { Button, buttonClasses } from '../../ui/button.js';
import { Dialog } from '../../ui/dialog.js';
import { Tabs } from '../../ui/tabs.js';
import { Compared } from './compared.js';
import { Figures } from './figures.js';
import { save } from './image-tile.js';
import { type JobImage, paletteOf, textRegionsOf } from './job-images.js';
import { Palette } from './palette.js';
import { TextRegions } from './text-regions.js';

/** One result to look at closely, and the way to the others. */
export function ResultDialog({
  images,
  at,
  onMove,
  onClose,
}: {
  /** Those with a result. */
  readonly images: readonly JobImage[];
  readonly at: number;
  readonly onMove: (at: number) => void;
  readonly onClose: () => void;
}) {
  const image = images[at];
  if (!image) return null;
  const palette = paletteOf(image);
  return (
    <Dialog open onClose={onClose} title={image.name} wide>
      <div className="space-y-4">
        <Views key={image.index} image={image} />
        <div className="flex flex-wrap items-center gap-2">
          <Button icon={<Download className="size-4" aria-hidden />} onClick={() => void save(image)}>
            {text.download}
          </Button>
          {image.after && (
            <Link href={`/?${new URLSearchParams({ image: image.after })}`} className={buttonClasses()}>
              <Sparkles className="size-4" aria-hidden />
              {text.useInCreate}
            </Link>
          )}
          {images.length > 1 && (
            <span className="ml-auto flex items-center gap-1 text-sm text-muted tabular-nums">
              <Button
                look="plain"
                size="icon"
                aria-label={text.previous}
                disabled={at === 0}
                icon={<ChevronLeft className="size-5" aria-hidden />}
                onClick={() => onMove(at - 1)}
              />
              {at + 1} / {images.length}
              <Button
                look="plain"
                size="icon"
                aria-label={text.next}
                disabled={at === images.length - 1}
                icon={<ChevronRight className="size-5" aria-hidden />}
                onClick={() => onMove(at + 1)}
              />
            </span>
          )}
        </div>
        <Figures image={image} />
        {palette.length > 0 && <Palette colours={palette} />}
      </div>
    </Dialog>
  );
}

function Views({ image }: { readonly image: JobImage }) {
  const { before, after = '', figures } = image;
  const regions = textRegionsOf(image);
  const tabs = [
    ...(before === undefined
      ? []
      : [{ value: 'compare', label: text.compare, panel: <Compared image={image} before={before} after={after} /> }]),
    { value: 'zoom', label: text.zoom, panel: <ZoomableImage src={after} alt={text.resultOf(image.name)} /> },
    ...(regions && figures?.result_width && figures.result_height
      ? [
          {
            value: 'text',
            label: text.textTab(regions.length),
            panel: (
              <TextRegions
                src={after}
                alt={text.resultOf(image.name)}
                width={figures.result_width}
                height={figures.result_height}
                regions={regions}
              />
            ),
          },
        ]
      : []),
  ];
  const [view, setView] = useState(tabs[0]?.value ?? 'zoom');
  return <Tabs label={text.views} value={view} onChange={setView} tabs={tabs} />;
}
