import type { SeededRandom } from './seeded-random.js';

/** CSS colours of one picture, chosen to go together. */
export interface Palette {
  readonly skyTop: string;
  readonly skyBottom: string;
  readonly light: string;
  readonly accent: string;
  /** From far and pale to near and deep. */
  readonly layers: readonly string[];
  readonly ink: string;
}

const LAYERS = 6;

/** Neighbouring hues for the scene, the opposite one for the accent; dawn, day or dusk by chance. */
export function createPalette(random: SeededRandom): Palette {
  const hue = random.between(0, 360);
  const drift = random.pick([-38, -26, 26, 38]);
  const isDusk = random.next() < 0.45;
  const near = isDusk ? 12 : 24;
  const far = isDusk ? 48 : 76;
  return {
    skyTop: hsl(hue, 62, isDusk ? 16 : 52),
    skyBottom: hsl(hue + drift, 82, isDusk ? 62 : 84),
    light: hsl(hue + drift * 2, 96, 86),
    accent: hsl(hue + 180 + drift / 2, 78, 60),
    layers: Array.from({ length: LAYERS }, (_, index) => {
      const depth = index / (LAYERS - 1);
      return hsl(hue + drift * (1 - depth), 48 + depth * 14, far + (near - far) * depth);
    }),
    ink: hsl(hue, 45, 9),
  };
}

function hsl(hue: number, saturation: number, lightness: number): string {
  return `hsl(${Math.round((hue + 720) % 360)},${Math.round(saturation)}%,${Math.round(lightness)}%)`;
}
