const width = 120;
const listWidth = 118;

/**
 * JSON as people keep it: what fits on a line of 120 characters stands on one, lists of plain values fill their lines.
 * Data that was written this way and did not change keeps every byte.
 */
export function printJson(value: unknown): string {
  return `${print(value, 0, 0, 0)}\n`;
}

/** @param before Characters on the line before the value. @param after Characters that follow it, such as a comma. */
function print(value: unknown, indent: number, before: number, after: number): string {
  const inline = printInline(value);
  if (typeof value !== 'object' || value === null || (indent > 0 && before + inline.length + after <= width))
    return inline;
  const pad = ' '.repeat(indent + 2);
  const close = ' '.repeat(indent);
  if (Array.isArray(value)) {
    if (value.every(isPlain)) return `[\n${fill(value.map(printInline), pad)}\n${close}]`;
    const items = value.map(
      (item, at) => `${pad}${print(item, indent + 2, pad.length, at < value.length - 1 ? 1 : 0)}`,
    );
    return `[\n${items.join(',\n')}\n${close}]`;
  }
  const entries = Object.entries(value);
  const lines = entries.map(([key, item], at) => {
    const name = `${pad}${JSON.stringify(key)}: `;
    return `${name}${print(item, indent + 2, name.length, at < entries.length - 1 ? 1 : 0)}`;
  });
  return `{\n${lines.join(',\n')}\n${close}}`;
}

function printInline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(printInline).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${printInline(item)}`);
  return entries.length === 0 ? '{}' : `{ ${entries.join(', ')} }`;
}

function fill(items: readonly string[], pad: string): string {
  const lines: string[] = [];
  let line = pad;
  items.forEach((item, at) => {
    const text = at < items.length - 1 ? `${item},` : item;
    const gap = line === pad ? '' : ' ';
    if (line !== pad && line.length + gap.length + text.length > listWidth) {
      lines.push(line);
      line = `${pad}${text}`;
    } else line += `${gap}${text}`;
  });
  return [...lines, line].join('\n');
}

function isPlain(value: unknown): boolean {
  return typeof value !== 'object' || value === null;
}
