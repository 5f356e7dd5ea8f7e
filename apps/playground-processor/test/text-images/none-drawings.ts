import type { Drawing } from './drawing.js';
import { house, robot, wires, hills, bricks, grid, curve } from './scenes.js';

const size = { width: 800, height: 600 } as const;

/** Images without text, some of which look as if they had any. */
export const noneDrawings: readonly Drawing[] = [
  { name: 'none-house-sketch', script: 'none', ...size, paper: '#fff', scene: house, labels: [] },
  { name: 'none-robot-sketch', script: 'none', width: 640, height: 560, paper: '#fdfdfb', scene: robot, labels: [] },
  { name: 'none-wireframe', script: 'none', ...size, paper: '#fff', scene: wires, labels: [] },
  { name: 'none-hills', script: 'none', ...size, paper: '#fff', scene: hills, noise: 10, labels: [] },
  { name: 'none-wall-noise', script: 'none', ...size, paper: '#fff', scene: bricks, noise: 38, labels: [] },
  { name: 'none-curve-on-grid', script: 'none', ...size, paper: '#fbfbf5', scene: grid + curve, noise: 6, labels: [] },
];
