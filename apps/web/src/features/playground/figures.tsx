import { jobStrings as text } from '../../strings/en/playground.js';
import { formatNumber } from '../../ui/format.js';
import type { JobImage } from './job-images.js';
import { sizeChange } from './size-change.js';

/** What is known about a result: sizes, bytes, the model that drew it. */
export function Figures({ image: { figures } }: { readonly image: JobImage }) {
  if (!figures) return null;
  const { original_width, original_height, result_width, result_height, original_size, result_size } = figures;
  const rows: (readonly [string, string])[] = [];
  if (result_width !== undefined && result_height !== undefined) {
    const before =
      original_width !== undefined && original_height !== undefined ? size(original_width, original_height) : '';
    const after = size(result_width, result_height);
    rows.push([text.figures.size, before === '' || before === after ? after : `${before} → ${after}`]);
  }
  if (original_size !== undefined && result_size !== undefined)
    rows.push([text.figures.file, sizeChange(original_size, result_size)]);
  if (typeof figures['model_id'] === 'string') rows.push([text.figures.model, figures['model_id']]);
  if (typeof figures['seed'] === 'number') rows.push([text.figures.seed, String(figures['seed'])]);
  if (figures['cached'] === true) rows.push([text.figures.cached, text.cached]);
  return (
    <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1 text-sm">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-muted">{name}</dt>
          <dd className="break-words tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function size(width: number, height: number): string {
  return `${formatNumber(width)} × ${formatNumber(height)}`;
}
