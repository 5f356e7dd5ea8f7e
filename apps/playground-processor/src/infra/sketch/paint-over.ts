/** Paints over parts of a picture with what is around them. Self-contained, because it runs in a thread of the pool. */

/** A part of a picture; `corners` go round it. */
export interface Part {
  readonly corners: readonly { readonly x: number; readonly y: number }[];
}

/** Pixels as red, green, blue bytes. */
export interface PaintTask {
  readonly pixels: Uint8Array;
  readonly width: number;
  readonly height: number;
  readonly parts: readonly Part[];
}

interface Frame {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** Letters reach a little over the edge of what a detector answers. */
const margin = 3;
/** How far outside of a part its surroundings are looked at. */
const depth = 3;

/** The picture with its parts painted over, in the same buffer. */
export function paintOver(task: PaintTask): Uint8Array {
  // All surroundings are looked at before anything is painted, so that the order of the parts does not matter.
  const jobs = task.parts.map((part) => {
    const frame = frameOf(part, task);
    return { part, frame, sides: sidesOf(frame, task) };
  });
  for (const { part, frame, sides } of jobs) {
    for (let y = frame.top; y <= frame.bottom; y += 1)
      for (let x = frame.left; x <= frame.right; x += 1) if (isInside(part, x, y)) paint(task, { x, y }, frame, sides);
  }
  return task.pixels;
}

function frameOf({ corners }: Part, { width, height }: PaintTask): Frame {
  const clamp = (value: number, last: number) => Math.min(last, Math.max(0, value));
  const xs = corners.map(({ x }) => x);
  const ys = corners.map(({ y }) => y);
  return {
    left: clamp(Math.floor(Math.min(...xs)) - margin, width - 1),
    top: clamp(Math.floor(Math.min(...ys)) - margin, height - 1),
    right: clamp(Math.ceil(Math.max(...xs)) + margin, width - 1),
    bottom: clamp(Math.ceil(Math.max(...ys)) + margin, height - 1),
  };
}

type Colour = readonly [red: number, green: number, blue: number];
/** The colour outside of each side; undefined where the picture ends. */
type Sides = Readonly<Record<keyof Frame, Colour | undefined>>;

function sidesOf({ left, top, right, bottom }: Frame, task: PaintTask): Sides {
  return {
    left: medianOf(task, { left: left - depth, right: left - 1, top, bottom }),
    right: medianOf(task, { left: right + 1, right: right + depth, top, bottom }),
    top: medianOf(task, { left, right, top: top - depth, bottom: top - 1 }),
    bottom: medianOf(task, { left, right, top: bottom + 1, bottom: bottom + depth }),
  };
}

/** Of each channel: a line that crosses the strip does not colour it. */
function medianOf({ pixels, width, height }: PaintTask, strip: Frame): Colour | undefined {
  const values: [number[], number[], number[]] = [[], [], []];
  for (let y = Math.max(0, strip.top); y <= Math.min(height - 1, strip.bottom); y += 1) {
    for (let x = Math.max(0, strip.left); x <= Math.min(width - 1, strip.right); x += 1)
      values.forEach((channel, offset) => channel.push(pixels[(y * width + x) * 3 + offset] ?? 0));
  }
  if (values[0].length === 0) return undefined;
  const median = (channel: number[]) => channel.toSorted((one, other) => one - other)[channel.length >> 1] ?? 0;
  return [median(values[0]), median(values[1]), median(values[2])];
}

/** The part as it is, and a margin around it. */
function isInside({ corners }: Part, x: number, y: number): boolean {
  let inside = false;
  for (const [at, from] of corners.entries()) {
    const to = corners[(at + 1) % corners.length] ?? from;
    if (from.y > y !== to.y > y && x < ((to.x - from.x) * (y - from.y)) / (to.y - from.y) + from.x) inside = !inside;
    if (distance({ x, y }, from, to) <= margin) return true;
  }
  return inside;
}

type Point = Part['corners'][number];

function distance(point: Point, from: Point, to: Point): number {
  const [alongX, alongY] = [to.x - from.x, to.y - from.y];
  const length2 = alongX ** 2 + alongY ** 2;
  const along = length2 === 0 ? 0 : ((point.x - from.x) * alongX + (point.y - from.y) * alongY) / length2;
  const t = Math.min(1, Math.max(0, along));
  return Math.hypot(point.x - from.x - t * alongX, point.y - from.y - t * alongY);
}

/** The nearer a side, the more of its colour: light and shadow go on behind the part. */
function paint({ pixels, width }: PaintTask, { x, y }: Point, frame: Frame, sides: Sides): void {
  const near = [
    [sides.left, x - frame.left],
    [sides.right, frame.right - x],
    [sides.top, y - frame.top],
    [sides.bottom, frame.bottom - y],
  ] as const;
  const mixed = [0, 0, 0];
  let total = 0;
  for (const [colour, away] of near) {
    if (!colour) continue;
    const weight = 1 / (away + 1);
    total += weight;
    colour.forEach((value, channel) => (mixed[channel] = (mixed[channel] ?? 0) + value * weight));
  }
  if (total === 0) return;
  mixed.forEach((value, channel) => (pixels[(y * width + x) * 3 + channel] = Math.round(value / total)));
}
