import { blockText, blockTextHeight, blockTextWidth, toBlockLetters } from './block-letters.js';
import type { Palette } from './palette.js';
import { svgDocument, type SceneFrame } from './scene.js';

const LETTERS_PER_LINE = 44;
const LINES = 2;

/**
 * The overlay that every output carries, as SVG: the word SANDBOX in a badge at the top left, and the prompt with the
 * model's name on a strip at the bottom.
 */
export function captionOverlay(frame: SceneFrame, palette: Palette, prompt: string, model: string): string {
  const { width, height } = frame;
  const unit = Math.max(1, Math.min(width, height * 1.6) / 320);
  const lines = wrap(toBlockLetters(prompt));
  const cell = Math.min(unit, (width * 0.92) / (LETTERS_PER_LINE * 6));
  const lineHeight = blockTextHeight(cell) * 1.5;
  const margin = width * 0.04;
  const small = cell * 0.7;
  const stripHeight = lineHeight * lines.length + blockTextHeight(small) + cell * 12;
  const top = height - stripHeight;
  const text = lines.map((line, index) => blockText(line, { x: margin, y: top + cell * 4 + index * lineHeight, cell }));
  const modelLine = blockText(toBlockLetters(model).slice(0, 60), {
    x: margin,
    y: height - blockTextHeight(small) - cell * 4,
    cell: small,
  });
  return svgDocument(
    frame,
    `<rect x="0" y="${top}" width="${width}" height="${stripHeight}" fill="${palette.ink}" fill-opacity=".9"/>
    <rect x="0" y="${top}" width="${width}" height="${cell}" fill="${palette.accent}"/>
    <path d="${text.join('')}" fill="#fff"/><path d="${modelLine}" fill="${palette.light}" fill-opacity=".75"/>
    ${badge(unit * 1.5, margin, palette)}`,
  );
}

function badge(cell: number, margin: number, palette: Palette): string {
  const word = 'SANDBOX';
  const padding = cell * 3;
  const width = blockTextWidth(word.length, cell) + padding * 2;
  const height = blockTextHeight(cell) + padding * 2;
  return `<rect x="${margin}" y="${margin}" width="${width}" height="${height}" rx="${cell * 2}" fill="${palette.ink}" fill-opacity=".9"/>
    <path d="${blockText(word, { x: margin + padding, y: margin + padding, cell })}" fill="#fff"/>`;
}

/** Breaks at words into at most two lines; what does not fit ends in dots. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  let rest = text.slice(0, LETTERS_PER_LINE * LINES * 2);
  while (rest.length > 0 && lines.length < LINES) {
    if (rest.length <= LETTERS_PER_LINE) {
      lines.push(rest);
      return lines;
    }
    const space = rest.lastIndexOf(' ', LETTERS_PER_LINE);
    const cut = space > LETTERS_PER_LINE / 2 ? space : LETTERS_PER_LINE;
    lines.push(rest.slice(0, cut));
    rest = rest.slice(cut).trimStart();
  }
  const last = lines.at(-1);
  if (rest.length > 0 && last !== undefined) lines[lines.length - 1] = `${last.slice(0, LETTERS_PER_LINE - 3)}...`;
  return lines;
}
