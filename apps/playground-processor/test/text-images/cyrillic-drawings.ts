import type { Drawing } from './drawing.js';
import { sans, serif, mono, roboto, condensed, round } from './fonts.js';
import { house, robot, wires, hills, bricks, blobs } from './scenes.js';

const size = { width: 800, height: 600 } as const;

/** Images with Cyrillic text. */
export const cyrillicDrawings: readonly Drawing[] = [
  {
    name: 'cyrillic-house-sketch',
    scale: 0.6,
    script: 'cyrillic',
    ...size,
    paper: '#fff',
    scene: house,
    labels: [
      { text: 'труба', x: 440, y: 190, size: 28, font: sans },
      { text: 'красная крыша', x: 30, y: 170, size: 24, font: sans },
      { text: 'старая яблоня', x: 560, y: 490, size: 22, font: serif, rotate: -5 },
      { text: 'дверь', x: 240, y: 490, size: 24, font: serif },
    ],
  },
  {
    name: 'cyrillic-robot-sketch',
    script: 'cyrillic',
    width: 640,
    height: 560,
    paper: '#fbfbf8',
    scene: robot,
    labels: [
      { text: 'АНТЕННА', x: 340, y: 66, size: 22, font: sans },
      { text: 'глаза-камеры', x: 410, y: 180, size: 24, font: round },
      { text: 'захват', x: 30, y: 400, size: 24, font: serif, rotate: 7 },
      { text: 'батарея 12 В', x: 420, y: 470, size: 20, font: mono },
    ],
  },
  {
    name: 'cyrillic-wireframe',
    script: 'cyrillic',
    ...size,
    paper: '#fff',
    scene: wires,
    labels: [
      { text: 'Главная    Товары    О нас', x: 70, y: 86, size: 26, font: roboto },
      { text: 'Разделы', x: 80, y: 190, size: 24, font: roboto },
      { text: 'Наша история', x: 310, y: 450, size: 24, font: roboto, weight: 700 },
      { text: 'с 1987 года', x: 310, y: 490, size: 18, font: roboto },
      { text: 'Контакты', x: 570, y: 480, size: 28, font: roboto, colour: '#777' },
    ],
  },
  {
    name: 'cyrillic-poster',
    script: 'cyrillic',
    ...size,
    paper: '#fff',
    scene: hills,
    labels: [
      { text: 'ЛЕТО', x: 60, y: 120, size: 96, font: roboto, weight: 900, colour: '#fff' },
      { text: 'Праздник света', x: 64, y: 185, size: 44, font: serif, colour: '#ffe9b0' },
      { text: '12 – 14 июля, парк у реки', x: 64, y: 560, size: 26, font: roboto, colour: '#fff' },
    ],
  },
  {
    name: 'cyrillic-wall-noise',
    script: 'cyrillic',
    ...size,
    paper: '#fff',
    scene: bricks,
    noise: 38,
    labels: [
      { text: 'ОТКРЫТО', x: 80, y: 260, size: 110, font: sans, weight: 700, colour: '#f7f7f2', rotate: -4 },
      { text: 'Кофе и книги', x: 170, y: 400, size: 56, font: serif, colour: '#fff3c4' },
    ],
  },
  {
    name: 'cyrillic-collage',
    script: 'cyrillic',
    ...size,
    paper: '#fff',
    scene: blobs,
    noise: 20,
    labels: [
      { text: 'Мастерская рисунка', x: 90, y: 290, size: 52, font: condensed, weight: 700, colour: '#1c2333' },
      { text: 'каждую субботу', x: 420, y: 380, size: 36, font: round, colour: '#fff', rotate: 9 },
      { text: 'вход свободный', x: 90, y: 60, size: 28, font: sans, colour: '#fff' },
    ],
  },
  {
    name: 'cyrillic-slide-dark',
    scale: 1.6,
    script: 'cyrillic',
    ...size,
    paper: '#12161f',
    scene: '<rect x="60" y="150" width="120" height="6" fill="#58a6ff"/>',
    labels: [
      { text: 'Итоги квартала', x: 60, y: 120, size: 56, font: roboto, weight: 700, colour: '#fff' },
      { text: 'Выручка выросла на одиннадцать процентов', x: 60, y: 240, size: 30, font: roboto, colour: '#dfe6f0' },
      { text: 'Открыты два новых офиса', x: 60, y: 310, size: 30, font: roboto, colour: '#dfe6f0' },
      { text: 'страница 7', x: 650, y: 570, size: 18, font: roboto, colour: '#6b788c' },
    ],
  },
  {
    name: 'cyrillic-faint-pencil',
    script: 'cyrillic',
    ...size,
    paper: '#f4f1ea',
    scene: `<circle cx="400" cy="300" r="170" fill="none" stroke="#a9a49a" stroke-width="3"/><path d="M400 130 V470 M230 300 H570" stroke="#bdb8ae" stroke-width="2"/>`,
    noise: 8,
    labels: [
      { text: 'центр круга', x: 420, y: 285, size: 22, font: serif, colour: '#8d877c' },
      { text: 'двенадцать', x: 330, y: 115, size: 26, font: sans, colour: '#8d877c' },
      { text: 'латунное кольцо', x: 30, y: 520, size: 28, font: sans, colour: '#a09a8f', rotate: -4 },
    ],
  },
];
