import {
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedVideoPacketSource,
  Output,
  WebMOutputFormat,
} from 'mediabunny';
import type { PixelSize } from './image-size.js';

/** 20 ms of silence as one Opus packet (RFC 6716: CELT full band, mono, no energy). */
const SILENT_OPUS_PACKET = Uint8Array.of(0xf8, 0xff, 0xfe);
const OPUS_PACKETS_PER_SECOND = 50;

/** A video of VP8 key frames at an even pace. */
export interface WebmInput extends PixelSize {
  readonly frames: AsyncIterable<Uint8Array>;
  readonly framesPerSecond: number;
  /** Adds a silent Opus track as long as this many seconds. */
  readonly silenceSeconds?: number;
}

/** The frames as a complete WebM file with duration and cues. */
export async function writeWebm(input: WebmInput): Promise<Buffer> {
  const target = new BufferTarget();
  const output = new Output({ format: new WebMOutputFormat(), target });
  const video = new EncodedVideoPacketSource('vp8');
  output.addVideoTrack(video, { frameRate: input.framesPerSecond });
  const audio = input.silenceSeconds === undefined ? undefined : new EncodedAudioPacketSource('opus');
  if (audio) output.addAudioTrack(audio);
  await output.start();
  const silence = audio ? addSilence(audio, input.silenceSeconds ?? 0) : Promise.resolve();
  await addFrames(video, input);
  await silence;
  await output.finalize();
  if (!target.buffer) throw new TypeError('the muxer wrote nothing');
  return Buffer.from(target.buffer);
}

async function addFrames(video: EncodedVideoPacketSource, input: WebmInput): Promise<void> {
  const { framesPerSecond, width, height } = input;
  let index = 0;
  for await (const frame of input.frames) {
    const packet = new EncodedPacket(frame, 'key', index / framesPerSecond, 1 / framesPerSecond);
    await video.add(packet, { decoderConfig: { codec: 'vp8', codedWidth: width, codedHeight: height } });
    index += 1;
  }
  video.close();
}

async function addSilence(audio: EncodedAudioPacketSource, seconds: number): Promise<void> {
  const decoderConfig = { codec: 'opus', numberOfChannels: 1, sampleRate: 48_000 };
  for (let index = 0; index < seconds * OPUS_PACKETS_PER_SECOND; index += 1) {
    const start = index / OPUS_PACKETS_PER_SECOND;
    const packet = new EncodedPacket(SILENT_OPUS_PACKET, 'key', start, 1 / OPUS_PACKETS_PER_SECOND);
    await audio.add(packet, { decoderConfig });
  }
  audio.close();
}
