import { readFile } from 'node:fs/promises';
import sharp from 'sharp';
import type { TextRegion } from '../src/infra/sketch/detect-text.js';
import { findText } from '../src/infra/sketch/find-text.js';
import { readPixels } from '../src/infra/sketch/pixels.js';
import { searchedPicture } from '../src/infra/sketch/picture-to-search.js';
import { TextThread } from '../src/infra/sketch/text-thread.js';

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** An image of `text-images/`: the script of its text, and the frame of each line. */
interface Truth {
  readonly file: string;
  readonly script: 'latin' | 'cyrillic' | 'han' | 'none';
  readonly lines: readonly (Box & { readonly text: string })[];
}

/** Of one image. */
interface Outcome {
  readonly script: Truth['script'];
  readonly lines: number;
  readonly found: number;
  readonly regions: number;
  readonly right: number;
}

const folder = new URL('./text-images/', import.meta.url);
const thread = new TextThread();
const outcomes: Outcome[] = [];

/**
 * A region is right when at least half of its frame lies on the frames of lines of text. A line is found when right regions cover
 * at least 70 % of its frame. One region over the whole image is therefore not right and finds nothing.
 */
function judge({ script, lines }: Truth, regions: readonly TextRegion[]): Outcome {
  const onLines = (region: Box) => lines.reduce((sum, line) => sum + overlap(region, line), 0);
  const right = regions.filter((region) => onLines(region) >= 0.5 * area(region));
  const covered = (line: Box) => right.reduce((sum, region) => sum + overlap(region, line), 0);
  const found = lines.filter((line) => covered(line) >= 0.7 * area(line));
  return { script, lines: lines.length, found: found.length, regions: regions.length, right: right.length };
}

const area = ({ width, height }: Box): number => width * height;

function overlap(one: Box, other: Box): number {
  const across = Math.min(one.x + one.width, other.x + other.width) - Math.max(one.x, other.x);
  const down = Math.min(one.y + one.height, other.y + other.height) - Math.max(one.y, other.y);
  return Math.max(0, across) * Math.max(0, down);
}

function ratio(of: 'found' | 'right', script?: Truth['script']): number {
  const counted = outcomes.filter((outcome) => outcome.script !== 'none' && (!script || outcome.script === script));
  const sum = (key: keyof Omit<Outcome, 'script'>) => counted.reduce((total, outcome) => total + outcome[key], 0);
  return sum(of) / sum(of === 'found' ? 'lines' : 'regions');
}

beforeAll(async () => {
  const truths = JSON.parse(await readFile(new URL('ground-truth.json', folder), 'utf8')) as Truth[];
  for (const truth of truths) {
    const pixels = await readPixels(sharp(await readFile(new URL(truth.file, folder))));
    outcomes.push(judge(truth, await findText(await searchedPicture(pixels), thread, new AbortController().signal)));
  }
  const table = (['latin', 'cyrillic', 'han'] as const).map((script) => {
    return `${script} recall ${ratio('found', script).toFixed(2)}, precision ${ratio('right', script).toFixed(2)}`;
  });
  process.stdout.write(`text detection: ${table.join(' · ')}\n`);
}, 300_000);
afterAll(() => thread.onApplicationShutdown());

describe('text detection', () => {
  it('is measured on at least 20 images with text, and on some without', () => {
    expect(outcomes.filter(({ lines }) => lines > 0).length).toBeGreaterThanOrEqual(20);
    expect(outcomes.filter(({ script }) => script === 'none').length).toBeGreaterThanOrEqual(5);
  });

  it.each(['latin', 'cyrillic', 'han'] as const)('finds at least 80 %% of the lines of %s text', (script) => {
    expect(ratio('found', script)).toBeGreaterThanOrEqual(0.8);
  });

  it('answers few regions that are no text', () => {
    expect(ratio('right')).toBeGreaterThanOrEqual(0.9);
  });

  it('takes no drawing without text for text', () => {
    const without = outcomes.filter(({ script }) => script === 'none');
    expect(without.filter(({ regions }) => regions > 0)).toEqual([]);
  });
});
