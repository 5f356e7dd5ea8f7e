import sharp from 'sharp';
import { gatewayErrors } from '../gateway.errors.js';
import type { UploadGate } from '../uploads/upload-gate.js';

/** `getImageData()` of a canvas: width × height × 4 bytes, red, green, blue, alpha. */
const canvasUrl = /^data:image\/x-rgba;width=([1-9]\d{0,4});height=([1-9]\d{0,4});base64,/i;

/** The PNG of a canvas's pixels; undefined for any other data: URL. @throws INVALID_REQUEST, UPLOADS_BUSY */
export async function encodeCanvas(url: string, field: string, gate: UploadGate): Promise<Buffer | undefined> {
  const [prefix, ...size] = canvasUrl.exec(url.slice(0, 100)) ?? [];
  if (prefix === undefined) return undefined;
  const [width = 0, height = 0] = size.map(Number);
  const wrong = (message: string) => gatewayErrors.INVALID_REQUEST({ violations: [{ field, message }] });
  if (width * height > (gate.limits.maxPixels ?? Infinity)) throw wrong('has more pixels than allowed');
  const data = Buffer.from(url.slice(prefix.length), 'base64');
  if (data.length !== width * height * 4) throw wrong('must hold width × height × 4 bytes');
  return gate.decode(() =>
    sharp(data, { raw: { width, height, channels: 4 } })
      .png()
      .toBuffer(),
  );
}
