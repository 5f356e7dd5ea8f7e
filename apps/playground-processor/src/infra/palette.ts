import type { Sharp } from 'sharp';

/** A colour of an image and its share of the pixels, 0..1. */
export interface PaletteColour {
  readonly hex: string;
  readonly share: number;
}

type Pixel = readonly [red: number, green: number, blue: number];

const sampleEdge = 96;

/** The `count` colours that stand for an image, largest share first (median cut over a small sample). */
export async function extractPalette(image: Sharp, count: number): Promise<PaletteColour[]> {
  const { data, info } = await image
    .flatten({ background: '#ffffff' })
    .resize(sampleEdge, sampleEdge, { fit: 'inside' })
    .removeAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels: Pixel[] = [];
  for (let at = 0; at + 2 < data.length; at += info.channels)
    pixels.push([data[at] ?? 0, data[at + 1] ?? 0, data[at + 2] ?? 0]);
  return medianCut(pixels, count)
    .map((box) => ({ hex: hex(average(box)), share: Math.round((box.length / pixels.length) * 1000) / 1000 }))
    .toSorted((one, other) => other.share - one.share);
}

function medianCut(pixels: Pixel[], count: number): Pixel[][] {
  const boxes = [pixels];
  while (boxes.length < count) {
    const widest = boxes
      .map((box) => ({ box, ...widestChannel(box) }))
      .toSorted((one, other) => other.range - one.range)[0];
    if (!widest || widest.range === 0) break;
    const sorted = widest.box.toSorted((one, other) => one[widest.channel] - other[widest.channel]);
    const middle = splitAt(sorted, widest.channel);
    boxes.splice(boxes.indexOf(widest.box), 1, sorted.slice(0, middle), sorted.slice(middle));
  }
  return boxes;
}

/** The median, moved to where the value changes so that one colour never ends up in two boxes. */
function splitAt(sorted: readonly Pixel[], channel: 0 | 1 | 2): number {
  let middle = Math.max(1, sorted.length >> 1);
  const value = (at: number): number | undefined => sorted[at]?.[channel];
  while (middle < sorted.length && value(middle) === value(middle - 1)) middle += 1;
  if (middle < sorted.length) return middle;
  middle = sorted.length >> 1;
  while (middle > 1 && value(middle) === value(middle - 1)) middle -= 1;
  return middle;
}

function widestChannel(box: readonly Pixel[]): { channel: 0 | 1 | 2; range: number } {
  const low = [255, 255, 255];
  const high = [0, 0, 0];
  for (const pixel of box) {
    pixel.forEach((value, channel) => {
      low[channel] = Math.min(low[channel] ?? 255, value);
      high[channel] = Math.max(high[channel] ?? 0, value);
    });
  }
  const ranges = ([0, 1, 2] as const).map((channel) => ({
    channel,
    range: (high[channel] ?? 0) - (low[channel] ?? 0),
  }));
  return ranges.reduce((best, next) => (next.range > best.range ? next : best));
}

function average(box: readonly Pixel[]): Pixel {
  const sum = [0, 0, 0];
  for (const pixel of box) pixel.forEach((value, channel) => (sum[channel] = (sum[channel] ?? 0) + value));
  const mean = (channel: number): number => Math.round((sum[channel] ?? 0) / Math.max(1, box.length));
  return [mean(0), mean(1), mean(2)];
}

function hex(pixel: Pixel): string {
  return `#${pixel.map((value) => value.toString(16).padStart(2, '0')).join('')}`;
}
