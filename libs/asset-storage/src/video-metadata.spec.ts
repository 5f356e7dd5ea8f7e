import {
  BufferTarget,
  EncodedPacket,
  EncodedVideoPacketSource,
  Mp4OutputFormat,
  Output,
  type OutputFormat,
  WebMOutputFormat,
} from 'mediabunny';
import { videoMetadata } from './video-metadata.js';

/** A container of 64×48 with ten frames a second; the frames are not decodable, which the container does not mind. */
async function container(format: OutputFormat, frames: number): Promise<Uint8Array> {
  const target = new BufferTarget();
  const output = new Output({ format, target });
  const source = new EncodedVideoPacketSource('vp9');
  output.addVideoTrack(source, { frameRate: 10 });
  await output.start();
  const decoderConfig = { codec: 'vp09.00.10.08', codedWidth: 64, codedHeight: 48 };
  for (let index = 0; index < frames; index += 1) {
    await source.add(new EncodedPacket(new Uint8Array(40), index === 0 ? 'key' : 'delta', index / 10, 0.1), {
      decoderConfig,
    });
  }
  await output.finalize();
  return new Uint8Array(target.buffer ?? new ArrayBuffer(0));
}

describe('videoMetadata', () => {
  it.each([
    ['video/webm', new WebMOutputFormat()],
    ['video/mp4', new Mp4OutputFormat()],
  ])('reads size and length of %s', async (contentType, format) => {
    expect(await videoMetadata(await container(format, 23))).toEqual({
      width: 64,
      height: 48,
      durationS: 2.3,
      contentType,
    });
  });

  it('refuses what is no video', async () => {
    await expect(videoMetadata(Buffer.from('GIF89a'))).rejects.toMatchObject({ reason: 'unsupported_format' });
    await expect(videoMetadata(new Uint8Array())).rejects.toMatchObject({ reason: 'unsupported_format' });
  });

  it('refuses a file that ends before its first frame', async () => {
    const whole = await container(new WebMOutputFormat(), 10);
    for (const length of [60, 120, 200]) {
      await expect(videoMetadata(whole.subarray(0, length))).rejects.toMatchObject({ reason: 'unreadable' });
    }
  });
});
