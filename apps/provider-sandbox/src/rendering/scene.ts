import type { Palette } from './palette.js';
import type { SeededRandom } from './seeded-random.js';

/** A scene as the inside of an SVG document of the given size, in pixels. */
export interface SceneFrame {
  readonly width: number;
  readonly height: number;
  /** Leaves out the backdrop, for models that were asked for a transparent background. */
  readonly isTransparent?: boolean;
}

type Painter = (random: SeededRandom, palette: Palette, frame: SceneFrame) => string;

/** A complete SVG document: one of four compositions in the palette. It never contains text from outside. */
export function composeScene(random: SeededRandom, palette: Palette, frame: SceneFrame): string {
  const paint = random.pick<Painter>([paintRidges, paintOrbs, paintRibbons, paintFacets]);
  const backdrop = frame.isTransparent ? '' : '<rect width="100%" height="100%" fill="url(#sky)"/>';
  return svgDocument(
    frame,
    `<defs><linearGradient id="sky" x1="0" y1="0" x2="${random.between(0, 0.6).toFixed(2)}" y2="1">
      <stop offset="0" stop-color="${palette.skyTop}"/><stop offset="1" stop-color="${palette.skyBottom}"/></linearGradient>
      <radialGradient id="glow"><stop offset="0" stop-color="${palette.light}"/>
      <stop offset=".35" stop-color="${palette.light}" stop-opacity=".45"/>
      <stop offset="1" stop-color="${palette.light}" stop-opacity="0"/></radialGradient></defs>
    ${backdrop}${paint(random, palette, frame)}`,
  );
}

/** Wraps markup that this code made into an SVG document. */
export function svgDocument({ width, height }: SceneFrame, content: string): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">${content}</svg>`;
}

const paintRidges: Painter = (random, palette, { width, height }) => {
  const sunX = random.between(0.2, 0.8) * width;
  const sunY = random.between(0.22, 0.45) * height;
  const radius = Math.min(width, height) * random.between(0.06, 0.11);
  const stars = Array.from(
    { length: 40 },
    () =>
      `<circle cx="${px(random.between(0, width))}" cy="${px(random.between(0, height * 0.45))}" r="${px(random.between(0.6, 2) * (width / 900))}" fill="${palette.light}" fill-opacity="${random.between(0.2, 0.7).toFixed(2)}"/>`,
  );
  const ridges = palette.layers.map((colour, index) => {
    const base = height * (0.5 + index * 0.085);
    const swing = height * (0.1 - index * 0.008);
    return `<path d="${ridgePath(random, width, height, base, swing)}" fill="${colour}"/>`;
  });
  return `${stars.join('')}<circle cx="${px(sunX)}" cy="${px(sunY)}" r="${px(radius * 4)}" fill="url(#glow)"/>
    <circle cx="${px(sunX)}" cy="${px(sunY)}" r="${px(radius)}" fill="${palette.light}"/>${ridges.join('')}`;
};

const paintOrbs: Painter = (random, palette, { width, height }) => {
  const size = Math.min(width, height);
  const orbs = Array.from({ length: 11 }, (_, index) => {
    const radius = size * random.between(0.05, 0.26);
    const colour = index % 4 === 3 ? palette.accent : (palette.layers[index % palette.layers.length] ?? palette.accent);
    const x = random.between(0.05, 0.95) * width;
    const y = random.between(0.1, 0.9) * height;
    return `<circle cx="${px(x)}" cy="${px(y)}" r="${px(radius)}" fill="${colour}" fill-opacity="${random.between(0.45, 0.85).toFixed(2)}"/>
      <circle cx="${px(x - radius * 0.3)}" cy="${px(y - radius * 0.35)}" r="${px(radius * 0.7)}" fill="url(#glow)" fill-opacity=".55"/>`;
  });
  const rings = [0.34, 0.42].map(
    (share) =>
      `<circle cx="${px(width * 0.5)}" cy="${px(height * 0.48)}" r="${px(size * share)}" fill="none" stroke="${palette.light}" stroke-opacity=".5" stroke-width="${px(size * 0.004)}"/>`,
  );
  return orbs.join('') + rings.join('');
};

const paintRibbons: Painter = (random, palette, { width, height }) =>
  Array.from({ length: 9 }, (_, index) => {
    const colour = index === 4 ? palette.accent : (palette.layers[index % palette.layers.length] ?? palette.accent);
    const start = height * random.between(0.1, 0.9);
    const end = height * random.between(0.1, 0.9);
    const bendA = height * random.between(-0.2, 1.2);
    const bendB = height * random.between(-0.2, 1.2);
    const thickness = height * random.between(0.05, 0.16);
    return `<path d="M0 ${px(start)} C${px(width * 0.33)} ${px(bendA)} ${px(width * 0.66)} ${px(bendB)} ${width} ${px(end)}
      L${width} ${px(end + thickness)} C${px(width * 0.66)} ${px(bendB + thickness * 1.6)} ${px(width * 0.33)} ${px(bendA + thickness * 0.4)} 0 ${px(start + thickness)} Z"
      fill="${colour}" fill-opacity="${random.between(0.4, 0.8).toFixed(2)}"/>`;
  }).join('') +
  `<circle cx="${px(width * random.between(0.2, 0.8))}" cy="${px(height * 0.3)}" r="${px(height * 0.4)}" fill="url(#glow)" fill-opacity=".6"/>`;

const paintFacets: Painter = (random, palette, { width, height }) => {
  const columns = 9;
  const rows = Math.max(4, Math.round((columns * height) / width));
  const points = Array.from({ length: (columns + 1) * (rows + 1) }, (_, index) => {
    const column = index % (columns + 1);
    const row = Math.floor(index / (columns + 1));
    const jitter = (edge: boolean) => (edge ? 0 : random.between(-0.36, 0.36));
    return {
      x: ((column + jitter(column === 0 || column === columns)) / columns) * width,
      y: ((row + jitter(row === 0 || row === rows)) / rows) * height,
    };
  });
  const at = (column: number, row: number) => {
    const point = points[row * (columns + 1) + column];
    return point ? `${px(point.x)},${px(point.y)}` : '';
  };
  let triangles = '';
  for (let row = 0; row < rows; row += 1)
    for (let column = 0; column < columns; column += 1)
      for (const corners of [
        [at(column, row), at(column + 1, row), at(column, row + 1)],
        [at(column + 1, row), at(column + 1, row + 1), at(column, row + 1)],
      ]) {
        const depth = Math.min(0.999, Math.max(0, row / rows + random.between(-0.18, 0.18)));
        const colour =
          random.next() < 0.05 ? palette.accent : palette.layers[Math.floor(depth * palette.layers.length)];
        triangles += `<polygon points="${corners.join(' ')}" fill="${colour}" fill-opacity="${random.between(0.72, 0.95).toFixed(2)}"/>`;
      }
  const glow = `<circle cx="${px(width * random.between(0.25, 0.75))}" cy="${px(height * 0.25)}" r="${px(Math.min(width, height) * 0.55)}" fill="url(#glow)" fill-opacity=".7"/>`;
  return triangles + glow;
};

function ridgePath(random: SeededRandom, width: number, height: number, base: number, swing: number): string {
  const steps = 7;
  const heights = Array.from({ length: steps + 1 }, () => base + random.between(-swing, swing));
  const step = width / steps;
  const curve = heights.slice(1).map((y, index) => {
    const from = heights[index] ?? base;
    const x = index * step;
    return `C${px(x + step / 2)} ${px(from)} ${px(x + step / 2)} ${px(y)} ${px(x + step)} ${px(y)}`;
  });
  return `M0 ${height} L0 ${px(heights[0] ?? base)} ${curve.join(' ')} L${width} ${height} Z`;
}

function px(value: number): string {
  return value.toFixed(1);
}
