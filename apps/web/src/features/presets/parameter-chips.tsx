import { formatName } from '../../ui/format.js';
import { presetEditorStrings as text } from '../../strings/en/presets.js';
import type { PresetParameters } from './preset-parameters.js';

/** What is set, in a few words each: `1024 × 768`, `Steps 30`. */
export function chipsOf({
  width,
  height,
  ...rest
}: PresetParameters & { cfg_scale?: number; negative_prompt?: string }) {
  const { cfg_scale: _older, negative_prompt: _separate, ...others } = rest;
  const size = width !== undefined && height !== undefined ? [`${width} × ${height}`] : [];
  const single = Object.entries(size.length > 0 ? others : { width, height, ...others });
  return [
    ...size,
    ...single.flatMap(([name, value]) => {
      if (value === undefined) return [];
      const short = text.chips[name as keyof typeof text.chips];
      if (short) return [short(String(value))];
      const label = (text.fields as Record<string, string>)[name] ?? formatName(name);
      const said = typeof value === 'boolean' ? (value ? text.yes : text.no) : String(value);
      return [`${label} ${said}`];
    }),
  ];
}

export function ParameterChips({ parameters }: { readonly parameters: PresetParameters }) {
  const chips = chipsOf(parameters);
  if (chips.length === 0) return null;
  return (
    <ul className="flex flex-wrap gap-1.5 text-xs text-muted">
      {chips.map((chip) => (
        <li key={chip} className="rounded-md bg-raised px-1.5 py-0.5 tabular-nums">
          {chip}
        </li>
      ))}
    </ul>
  );
}
