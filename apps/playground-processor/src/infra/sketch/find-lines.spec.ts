import sharp from 'sharp';
import { blurredGreys } from './blurred-greys.js';
import { findLines, type LineTask } from './find-lines.js';
import { type Pixels, readPixels } from './pixels.js';

const width = 400;
const height = 300;
const strokes = 'M60 60 H340 M60 60 V240 M120 240 Q200 100 300 220';

/** A drawing on `paper`; `over` is SVG above the strokes. */
function drawing({ ink = '#333', paper = '#fff', under = '', over = '' }): Promise<Pixels> {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><rect width="100%" height="100%" fill="${paper}"/>${under}<path d="${strokes}" fill="none" stroke="${ink}" stroke-width="3"/>${over}</svg>`;
  return readPixels(sharp(Buffer.from(svg)));
}

async function linesOf(pixels: Pixels, task: Partial<LineTask> = {}): Promise<Uint8Array> {
  const style = task.style ?? 'lineart';
  const greys = await blurredGreys(pixels, style);
  return findLines({ ...greys, width: pixels.width, height: pixels.height, style, contrast: 1.2, ...task });
}

/** Whether each pixel lies on a stroke, beside one, or away from all of them. */
async function expected(): Promise<('on' | 'beside' | 'away')[]> {
  const strokesOnly = (of: number) =>
    sharp(
      Buffer.from(
        `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><path d="${strokes}" fill="none" stroke="#000" stroke-width="${of}"/></svg>`,
      ),
    )
      .extractChannel(3)
      .raw()
      .toBuffer();
  const [core, wide] = await Promise.all([strokesOnly(1.5), strokesOnly(13)]);
  return Array.from(core, (alpha, at) => (alpha > 128 ? 'on' : (wide[at] ?? 0) > 0 ? 'beside' : 'away'));
}

/** Shares of the strokes that are dark, and of the paper that is not white. */
async function judge(lines: Uint8Array): Promise<{ drawn: number; dirt: number }> {
  const places = await expected();
  const share = (place: 'on' | 'away', is: (value: number) => boolean) => {
    const values = Array.from(lines).filter((_, at) => places[at] === place);
    return values.filter(is).length / values.length;
  };
  return { drawn: share('on', (value) => value < 128), dirt: share('away', (value) => value < 250) };
}

function withGrain({ data, ...size }: Pixels, strength: number): Pixels {
  let state = 1;
  const grain = data.map((value) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.max(0, Math.min(255, value + (state / 2 ** 32 - 0.5) * 2 * strength));
  });
  return { data: grain, ...size };
}

const shadow =
  '<defs><linearGradient id="s"><stop offset="0" stop-color="#fff"/><stop offset="1" stop-color="#777"/></linearGradient></defs><rect width="100%" height="100%" fill="url(#s)"/>';

describe('findLines', () => {
  it('draws the strokes of a drawing and nothing else', async () => {
    const { drawn, dirt } = await judge(await linesOf(await drawing({})));
    expect(drawn).toBeGreaterThan(0.98);
    expect(dirt).toBe(0);
  });

  it('leaves light and shadow, the paper’s colour and its grain away', async () => {
    const photographed = withGrain(await drawing({ ink: '#555', under: shadow }), 14);
    const { drawn, dirt } = await judge(await linesOf(photographed));
    expect(drawn).toBeGreaterThan(0.9);
    expect(dirt).toBeLessThan(0.001);
  });

  it('draws faint pencil as dark as ink', async () => {
    const { drawn, dirt } = await judge(
      await linesOf(withGrain(await drawing({ ink: '#c4c0b8', paper: '#f4f1ea' }), 5)),
    );
    expect(drawn).toBeGreaterThan(0.9);
    expect(dirt).toBeLessThan(0.001);
  });

  it('draws chalk on a board as dark lines on white, once and not along both sides', async () => {
    const { drawn, dirt } = await judge(await linesOf(await drawing({ ink: '#f2f2ea', paper: '#24382f' })));
    expect(drawn).toBeGreaterThan(0.98);
    expect(dirt).toBe(0);
  });

  it('drops specks', async () => {
    const dust = Array.from({ length: 20 }, (_, at) => `<circle cx="${20 + at * 19}" cy="${20}" r="1" fill="#000"/>`);
    expect((await judge(await linesOf(await drawing({ over: dust.join('') })))).dirt).toBe(0);
  });

  it('draws the edges of areas, as photos have them', async () => {
    const area = await drawing({ over: '<rect x="40" y="30" width="320" height="240" fill="#4a78b0"/>' });
    const lines = await linesOf(area);
    const row = Array.from(lines.subarray(150 * width, 151 * width));
    expect(row.filter((value) => value < 128).length).toBeLessThan(20);
    expect(Math.min(...row.slice(34, 46))).toBeLessThan(40);
    expect(Math.min(...row.slice(354, 366))).toBeLessThan(40);
  });

  it('keeps the tones of strokes when it is to be soft', async () => {
    const toned = await drawing({ ink: '#222', over: '<path d="M60 270 H340" stroke="#ccc" stroke-width="3"/>' });
    const lines = await linesOf(toned, { style: 'soft' });
    const [dark, light] = [lines[60 * width + 200] ?? 255, lines[270 * width + 200] ?? 255];
    expect(dark).toBeLessThan(80);
    expect(light).toBeGreaterThan(dark + 60);
    expect(light).toBeLessThan(250);
  });

  it.each(['soft', 'lineart'] as const)('shows nothing of %s lines without contrast', async (style) => {
    expect(new Set(await linesOf(await drawing({}), { style, contrast: 0 }))).toEqual(new Set([255]));
  });

  it('shows fainter strokes the more contrast is wished', async () => {
    const faint = withGrain(await drawing({ ink: '#e2e2e2' }), 6);
    const dark = async (contrast: number) =>
      (await linesOf(faint, { contrast })).reduce((sum, value) => sum + (value < 128 ? 1 : 0), 0);
    expect(await dark(2)).toBeGreaterThan(await dark(0.5));
  });

  it('answers white for a blank sheet', async () => {
    const sheet = { data: new Uint8Array(64 * 64 * 3).fill(230), width: 64, height: 64 };
    expect(new Set(await linesOf(sheet))).toEqual(new Set([255]));
  });
});
