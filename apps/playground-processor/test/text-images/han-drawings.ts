import type { Drawing } from './drawing.js';
import { han, mincho } from './fonts.js';
import { house, robot, wires, hills, bricks, shadow, curve } from './scenes.js';

const size = { width: 800, height: 600 } as const;

/** Images with Chinese and Japanese text. */
export const hanDrawings: readonly Drawing[] = [
  {
    name: 'han-house-sketch',
    script: 'han',
    ...size,
    paper: '#fff',
    scene: house,
    labels: [
      { text: '烟囱', x: 450, y: 190, size: 30, font: han },
      { text: '红色的屋顶', x: 40, y: 190, size: 28, font: han },
      { text: '老苹果树', x: 580, y: 490, size: 26, font: han, rotate: -6 },
      { text: '大门', x: 250, y: 490, size: 26, font: han },
    ],
  },
  {
    name: 'han-robot-sketch',
    scale: 0.6,
    script: 'han',
    width: 640,
    height: 560,
    paper: '#fdfdfb',
    scene: robot,
    labels: [
      { text: '天线', x: 340, y: 66, size: 24, font: han },
      { text: '摄像头眼睛', x: 420, y: 180, size: 26, font: han },
      { text: '机械手', x: 30, y: 400, size: 24, font: mincho, rotate: 8 },
      { text: '电池十二伏', x: 420, y: 470, size: 22, font: mincho },
    ],
  },
  {
    name: 'han-wireframe',
    script: 'han',
    ...size,
    paper: '#fff',
    scene: wires,
    labels: [
      { text: '首页    产品    关于我们', x: 70, y: 86, size: 26, font: han },
      { text: '目录', x: 80, y: 190, size: 26, font: han },
      { text: '我们的故事', x: 320, y: 450, size: 26, font: han, weight: 700 },
      { text: '始于一九八七年', x: 320, y: 495, size: 20, font: han },
      { text: '联系方式', x: 570, y: 480, size: 28, font: han, colour: '#777' },
    ],
  },
  {
    name: 'han-poster',
    scale: 1.6,
    script: 'han',
    ...size,
    paper: '#fff',
    scene: hills,
    labels: [
      { text: '夏日祭典', x: 60, y: 130, size: 96, font: mincho, weight: 700, colour: '#fff' },
      { text: '光のフェスティバル', x: 64, y: 200, size: 44, font: mincho, colour: '#ffe9b0' },
      { text: '七月十二日から川辺の公園で', x: 64, y: 560, size: 28, font: mincho, colour: '#fff' },
    ],
  },
  {
    name: 'han-wall-noise',
    script: 'han',
    ...size,
    paper: '#fff',
    scene: bricks,
    noise: 38,
    labels: [
      { text: '正在营业', x: 130, y: 260, size: 120, font: han, weight: 700, colour: '#f7f7f2', rotate: -5 },
      { text: '咖啡与书', x: 200, y: 410, size: 60, font: han, colour: '#fff3c4' },
    ],
  },
  {
    name: 'han-photographed-note',
    script: 'han',
    ...size,
    paper: '#eee',
    scene: shadow + curve,
    noise: 14,
    labels: [
      { text: '一天的温度变化', x: 180, y: 70, size: 38, font: han, colour: '#2a3550', rotate: 3 },
      { text: '早晨', x: 120, y: 565, size: 28, font: han, colour: '#2a3550' },
      { text: '傍晚', x: 620, y: 565, size: 28, font: han, colour: '#2a3550' },
      { text: '最高', x: 650, y: 100, size: 26, font: han, colour: '#7c2430', rotate: 10 },
    ],
  },
  {
    name: 'han-slide-dark',
    script: 'han',
    ...size,
    paper: '#12161f',
    scene: '<rect x="60" y="150" width="120" height="6" fill="#58a6ff"/>',
    labels: [
      { text: '季度业绩', x: 60, y: 120, size: 56, font: han, weight: 700, colour: '#fff' },
      { text: '收入增长百分之十一', x: 60, y: 240, size: 32, font: han, colour: '#dfe6f0' },
      { text: '新开了两家办事处', x: 60, y: 310, size: 32, font: han, colour: '#dfe6f0' },
      { text: '第七页', x: 690, y: 570, size: 20, font: han, colour: '#6b788c' },
    ],
  },
  {
    name: 'han-faint-pencil',
    script: 'han',
    ...size,
    paper: '#f4f1ea',
    scene: `<circle cx="400" cy="300" r="170" fill="none" stroke="#a9a49a" stroke-width="3"/><path d="M400 130 V470 M230 300 H570" stroke="#bdb8ae" stroke-width="2"/>`,
    noise: 8,
    labels: [
      { text: '表盘中心', x: 420, y: 285, size: 24, font: mincho, colour: '#8d877c' },
      { text: '十二点', x: 350, y: 115, size: 28, font: han, colour: '#8d877c' },
      { text: '磨光的黄铜环', x: 30, y: 520, size: 30, font: mincho, colour: '#a09a8f', rotate: -4 },
    ],
  },
];
