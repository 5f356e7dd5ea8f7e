import sharp from 'sharp';

/** A plain PNG. */
export function samplePng(width = 320, height = 200, background = '#3366cc'): Promise<Buffer> {
  return sharp({ create: { width, height, channels: 3, background } })
    .png()
    .toBuffer();
}

/** The same as a data URL. */
export async function samplePngUrl(width?: number, height?: number): Promise<string> {
  return `data:image/png;base64,${(await samplePng(width, height)).toString('base64')}`;
}
