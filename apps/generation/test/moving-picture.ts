import type { ProviderJob } from '@atelier/model-providers';
import { BufferTarget, EncodedPacket, EncodedVideoPacketSource, Mp4OutputFormat, Output } from 'mediabunny';

/** A second of 64×48; its frames can't be decoded, which nobody tries. */
async function makeVideo(): Promise<Buffer> {
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat(), target });
  const source = new EncodedVideoPacketSource('vp9');
  output.addVideoTrack(source, { frameRate: 10 });
  await output.start();
  const decoderConfig = { codec: 'vp09.00.10.08', codedWidth: 64, codedHeight: 48 };
  for (let index = 0; index < 10; index += 1) {
    const kind = index === 0 ? 'key' : 'delta';
    await source.add(new EncodedPacket(new Uint8Array(40), kind, index / 10, 0.1), { decoderConfig });
  }
  await output.finalize();
  return Buffer.from(target.buffer ?? new ArrayBuffer(0));
}

const video = await makeVideo();

/** A delivered video. */
export function deliveredVideo(id: string): ProviderJob {
  const output = { kind: 'bytes', bytes: video, contentType: 'video/mp4' } as const;
  return { id, state: 'succeeded', progress: 100, outputs: [output] };
}
