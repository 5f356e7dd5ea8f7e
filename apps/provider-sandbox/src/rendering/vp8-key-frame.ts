const RIFF_HEADER_BYTES = 12;
const CHUNK_HEADER_BYTES = 8;

/**
 * The VP8 key frame inside a lossy WebP file: a simple-format WebP is nothing but one VP8 intra frame in a RIFF
 * container (RFC 9649, section 2.5), so it can stand in a WebM video track as it is.
 */
export function vp8KeyFrame(webp: Buffer): Uint8Array {
  let offset = RIFF_HEADER_BYTES;
  while (offset + CHUNK_HEADER_BYTES <= webp.length) {
    const name = webp.toString('latin1', offset, offset + 4);
    const size = webp.readUInt32LE(offset + 4);
    const start = offset + CHUNK_HEADER_BYTES;
    if (name === 'VP8 ') return Uint8Array.from(webp.subarray(start, start + size));
    offset = start + size + (size % 2);
  }
  throw new TypeError('not a lossy WebP file');
}
