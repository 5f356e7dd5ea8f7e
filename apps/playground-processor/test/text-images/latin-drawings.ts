import type { Drawing } from './drawing.js';
import { sans, serif, mono, roboto, round, pen } from './fonts.js';
import { house, robot, wires, hills, bricks, shadow, curve } from './scenes.js';

const size = { width: 800, height: 600 } as const;

/** Images with Latin text. */
export const latinDrawings: readonly Drawing[] = [
  {
    name: 'latin-house-sketch',
    script: 'latin',
    ...size,
    paper: '#fff',
    scene: house,
    labels: [
      { text: 'chimney', x: 440, y: 190, size: 26, font: pen },
      { text: 'red roof', x: 40, y: 200, size: 26, font: pen },
      { text: 'old apple tree', x: 560, y: 480, size: 24, font: pen, rotate: -6 },
      { text: 'front door', x: 220, y: 490, size: 22, font: pen },
    ],
  },
  {
    name: 'latin-robot-sketch',
    script: 'latin',
    width: 640,
    height: 560,
    paper: '#fdfdfb',
    scene: robot,
    labels: [
      { text: 'ANTENNA', x: 340, y: 66, size: 22, font: sans },
      { text: 'camera eyes', x: 420, y: 180, size: 24, font: round },
      { text: 'gripper', x: 40, y: 400, size: 22, font: serif, rotate: 8 },
      { text: 'battery 12 V', x: 420, y: 470, size: 20, font: mono },
    ],
  },
  {
    name: 'latin-wireframe',
    scale: 2,
    script: 'latin',
    ...size,
    paper: '#fff',
    scene: wires,
    labels: [
      { text: 'Menu    Products    About us', x: 70, y: 86, size: 26, font: roboto },
      { text: 'Sidebar', x: 80, y: 190, size: 24, font: roboto },
      { text: 'Our story', x: 320, y: 450, size: 24, font: roboto, weight: 700 },
      { text: 'Since 1987', x: 320, y: 490, size: 18, font: roboto },
      { text: 'Contact', x: 570, y: 480, size: 28, font: roboto, colour: '#777' },
    ],
  },
  {
    name: 'latin-poster',
    scale: 0.5,
    script: 'latin',
    ...size,
    paper: '#fff',
    scene: hills,
    labels: [
      { text: 'SUMMER', x: 60, y: 120, size: 96, font: roboto, weight: 900, colour: '#fff' },
      { text: 'Festival of Light', x: 64, y: 180, size: 44, font: serif, colour: '#ffe9b0' },
      { text: '12 – 14 July, Riverside Park', x: 64, y: 560, size: 26, font: roboto, colour: '#fff' },
    ],
  },
  {
    name: 'latin-wall-noise',
    script: 'latin',
    ...size,
    paper: '#fff',
    scene: bricks,
    noise: 38,
    labels: [
      { text: 'OPEN', x: 140, y: 260, size: 130, font: sans, weight: 700, colour: '#f7f7f2', rotate: -5 },
      { text: 'Coffee and Books', x: 150, y: 400, size: 56, font: serif, colour: '#fff3c4' },
    ],
  },
  {
    name: 'latin-photographed-note',
    script: 'latin',
    ...size,
    paper: '#eee',
    scene: shadow + curve,
    noise: 14,
    labels: [
      { text: 'temperature over time', x: 180, y: 70, size: 36, font: pen, colour: '#2a3550', rotate: 3 },
      { text: 'morning', x: 120, y: 565, size: 26, font: pen, colour: '#2a3550' },
      { text: 'evening', x: 600, y: 565, size: 26, font: pen, colour: '#2a3550' },
      { text: 'peak', x: 650, y: 100, size: 24, font: pen, colour: '#7c2430', rotate: 10 },
    ],
  },
  {
    name: 'latin-slide-dark',
    script: 'latin',
    ...size,
    paper: '#12161f',
    scene: '<rect x="60" y="150" width="120" height="6" fill="#58a6ff"/>',
    labels: [
      { text: 'Quarterly results', x: 60, y: 120, size: 56, font: roboto, weight: 700, colour: '#fff' },
      { text: 'Revenue grew by eleven percent', x: 60, y: 240, size: 32, font: roboto, colour: '#dfe6f0' },
      { text: 'Two new offices were opened', x: 60, y: 310, size: 32, font: roboto, colour: '#dfe6f0' },
      { text: 'Costs stayed the same', x: 60, y: 380, size: 32, font: roboto, colour: '#9aa7ba' },
      { text: 'page 7', x: 680, y: 570, size: 18, font: roboto, colour: '#6b788c' },
    ],
  },
  {
    name: 'latin-faint-pencil',
    script: 'latin',
    ...size,
    paper: '#f4f1ea',
    scene: `<circle cx="400" cy="300" r="170" fill="none" stroke="#a9a49a" stroke-width="3"/><path d="M400 130 V470 M230 300 H570" stroke="#bdb8ae" stroke-width="2"/>`,
    noise: 8,
    labels: [
      { text: 'centre of the dial', x: 420, y: 285, size: 22, font: pen, colour: '#8d877c' },
      { text: 'twelve', x: 360, y: 115, size: 26, font: pen, colour: '#8d877c' },
      { text: 'brass ring, polished', x: 30, y: 520, size: 28, font: pen, colour: '#a09a8f', rotate: -4 },
    ],
  },
];
