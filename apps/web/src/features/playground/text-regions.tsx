import { jobStrings as text } from '../../strings/en/playground.js';
import { formatPercent } from '../../ui/format.js';
import type { TextRegion } from './job-images.js';

/** Where text was found: drawn into the picture, and as a list. */
export function TextRegions({
  src,
  alt,
  width,
  height,
  regions,
}: {
  readonly src: string;
  readonly alt: string;
  /** Of the picture, in pixels: what regions are given in. */
  readonly width: number;
  readonly height: number;
  readonly regions: readonly TextRegion[];
}) {
  if (regions.length === 0) return <p className="py-6 text-center text-muted">{text.noText}</p>;
  return (
    <div className="space-y-3">
      <div className="flex justify-center rounded-lg bg-raised">
        <div className="relative">
          <img src={src} alt={alt} className="block max-h-[60dvh] max-w-full" />
          <svg aria-hidden viewBox={`0 0 ${width} ${height}`} className="absolute inset-0 size-full">
            {regions.map(({ corners }, at) => (
              <polygon
                key={at}
                points={corners.map(({ x, y }) => `${x},${y}`).join(' ')}
                vectorEffect="non-scaling-stroke"
                className="fill-accent/20 stroke-accent stroke-2"
              />
            ))}
          </svg>
        </div>
      </div>
      <ol aria-label={text.textRegions} className="grid gap-1 text-sm sm:grid-cols-2">
        {regions.map((region, at) => (
          <li key={at} className="flex flex-wrap gap-x-2">
            <span className="font-medium">{text.region(at + 1)}</span>
            <span className="text-muted tabular-nums">
              {text.regionPlace(region.x, region.y, region.width, region.height)}
              {` · ${text.regionConfidence(formatPercent(region.confidence))}`}
            </span>
          </li>
        ))}
      </ol>
    </div>
  );
}
