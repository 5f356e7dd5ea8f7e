import type { Generation } from '../api/gen/api.js';

const extensions: Readonly<Record<string, string>> = { 'image/jpeg': 'jpg', 'image/svg+xml': 'svg' };

/** A file name that says what it is: `a-lighthouse-at-dusk-2.webp`. */
export function fileNameOf(
  { prompt, outputs, id }: Pick<Generation, 'prompt' | 'outputs' | 'id'>,
  index: number,
): string {
  const words = prompt.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  const name = words.join('-').slice(0, 60).replace(/-$/, '') || id;
  const type = outputs[index]?.content_type ?? '';
  const extension = extensions[type] ?? type.split('/')[1] ?? 'bin';
  return `${name}${outputs.length > 1 ? `-${index + 1}` : ''}.${extension}`;
}
