const ROWS = 7;
const COLUMNS = 5;
/** Advance per letter in cells: five columns and a gap. */
const ADVANCE = COLUMNS + 1;
const UNKNOWN = 'vhhhhhv';

/** Seven rows a letter, each a base-32 digit whose five bits are the cells from left to right. */
const LETTERS: Readonly<Record<string, string>> = {
  A: 'ehhvhhh',
  B: 'uhhuhhu',
  C: 'ehggghe',
  D: 'uhhhhhu',
  E: 'vgguggv',
  F: 'vgguggg',
  G: 'ehgnhhf',
  H: 'hhhvhhh',
  I: 'e44444e',
  J: '72222ic',
  K: 'hikokih',
  L: 'ggggggv',
  M: 'hrllhhh',
  N: 'hpljhhh',
  O: 'ehhhhhe',
  P: 'uhhuggg',
  Q: 'ehhhlid',
  R: 'uhhukih',
  S: 'fgge11u',
  T: 'v444444',
  U: 'hhhhhhe',
  V: 'hhhhha4',
  W: 'hhhllla',
  X: 'hha4ahh',
  Y: 'hha4444',
  Z: 'v1248gv',
  0: 'ehjlphe',
  1: '4c4444e',
  2: 'eh1248v',
  3: 'v2421he',
  4: '26aiv22',
  5: 'vgu11he',
  6: '68guhhe',
  7: 'v124888',
  8: 'ehhehhe',
  9: 'ehhf12c',
  '.': '00000cc',
  ',': '0000448',
  '!': '4444404',
  '?': 'eh12404',
  '-': '000e000',
  "'": '4480000',
  ':': '0cc0cc0',
  '(': '2488842',
  ')': '8422248',
  '/': '01248g0',
  '&': 'cik8lid',
  '+': '044v440',
  '#': 'aavavaa',
  '@': 'eh1dlle',
  '%': 'op248j3',
  '"': 'aaa0000',
  '=': '00v0v00',
  '<': '248g842',
  '>': '8421248',
  ';': '0cc0c48',
  '*': '04lel40',
  _: '000000v',
  $: '4fke5u4',
  ' ': '0000000',
};

/** Where a line of block letters starts and how large one cell is, in pixels. */
export interface LetterGrid {
  readonly x: number;
  readonly y: number;
  readonly cell: number;
}

/**
 * SVG path data for one line of text. Drawing letters from cells needs no font, so a picture is the same on a bare
 * machine, and text from outside never becomes markup: only coordinates leave this function.
 */
export function blockText(text: string, { x, y, cell }: LetterGrid): string {
  let path = '';
  for (const [position, letter] of [...text].entries()) {
    const rows = LETTERS[letter] ?? UNKNOWN;
    for (let row = 0; row < ROWS; row += 1) {
      const bits = Number.parseInt(rows.charAt(row), 32);
      for (let column = 0; column < COLUMNS; column += 1) {
        if (((bits >> (COLUMNS - 1 - column)) & 1) === 0) continue;
        const left = x + (position * ADVANCE + column) * cell;
        path += `M${left.toFixed(2)} ${(y + row * cell).toFixed(2)}h${cell.toFixed(2)}v${cell.toFixed(2)}h-${cell.toFixed(2)}z`;
      }
    }
  }
  return path;
}

/** Width in pixels of a line of `length` letters. */
export function blockTextWidth(length: number, cell: number): number {
  return Math.max(0, length * ADVANCE - 1) * cell;
}

/** Height in pixels of a line. */
export function blockTextHeight(cell: number): number {
  return ROWS * cell;
}

/** Upper-cases, drops accents and control characters; what has no letter becomes a hollow box when drawn. */
export function toBlockLetters(text: string): string {
  return text
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .replaceAll(/[\p{C}\s]+/gu, ' ')
    .toUpperCase()
    .trim();
}
