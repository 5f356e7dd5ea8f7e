import { ALL_FORMATS, BufferSource, Input } from 'mediabunny';
import type { Prediction } from 'replicate';
import { playInBrowser, reportMissingBrowser } from './browser-playback.js';
import { openReplicateSession, type ReplicateSession } from './replicate-session.js';
import { samplePngUrl } from './sample-images.js';

async function render(session: ReplicateSession, model: string, input: object): Promise<Buffer> {
  const prediction: Prediction = await session.api.predictions.create({
    ...(model.includes(':') ? { version: model } : { model }),
    input,
    wait: true,
  } as never);
  const output: unknown = Array.isArray(prediction.output) ? prediction.output[0] : prediction.output;
  const answer = await session.download(output);
  expect(answer.headers.get('content-type')).toBe('video/webm');
  const bytes = Buffer.from(await answer.arrayBuffer());
  expect(answer.headers.get('content-length')).toBe(String(bytes.length));
  return bytes;
}

async function describeVideo(bytes: Buffer): Promise<object> {
  const input = new Input({ formats: ALL_FORMATS, source: new BufferSource(new Uint8Array(bytes)) });
  const video = await input.getPrimaryVideoTrack();
  const audio = await input.getPrimaryAudioTrack();
  const { averagePacketRate } = (await video?.computePacketStats()) ?? {};
  return {
    seconds: Number((await input.computeDuration()).toFixed(2)),
    codec: video?.codec,
    width: video?.codedWidth,
    height: video?.codedHeight,
    framesPerSecond: Math.round(averagePacketRate ?? 0),
    audio: audio?.codec ?? null,
  };
}

const LTX = 'lightricks/ltx-video:8c47da666861d081eeb4d1261853087de23923a268a69b63febdf5dc1dee08e4';

it.each([
  ['google/veo-3', { duration: 4, resolution: '720p' }, { seconds: 4, width: 640, height: 360, audio: 'opus' }],
  ['google/veo-3', { duration: 4, generate_audio: false }, { seconds: 4, width: 960, height: 540, audio: null }],
  ['google/veo-2', { duration: 5, aspect_ratio: '9:16' }, { seconds: 5, width: 360, height: 640, audio: null }],
  ['minimax/video-01', {}, { seconds: 6, width: 640, height: 360, audio: null }],
  [LTX, { length: 97, aspect_ratio: '1:1' }, { seconds: 4.08, width: 640, height: 640, audio: null }],
])('%s with %j answers a video of the length and shape asked for', async (model, input, expected) => {
  const session = await openReplicateSession();
  const bytes = await render(session, model, { prompt: 'waves', ...input });
  expect(await describeVideo(bytes)).toEqual({ codec: 'vp8', framesPerSecond: 12, ...expected });
});

it('an input image decides the shape where the model lets it', async () => {
  const session = await openReplicateSession();
  const input = { prompt: 'make it move', first_frame_image: await samplePngUrl(300, 300) };
  expect(await describeVideo(await render(session, 'minimax/video-01', input))).toMatchObject({
    width: 640,
    height: 640,
  });
});

it('the same prompt and seed answer the same bytes', async () => {
  const session = await openReplicateSession();
  const input = { prompt: 'waves', seed: 3, duration: 5 };
  const first = await render(session, 'google/veo-2', input);
  expect((await render(session, 'google/veo-2', input)).equals(first)).toBe(true);
});

it('a browser plays it, can go to its middle, and comes to its end, with motion in it', async () => {
  const session = await openReplicateSession();
  const bytes = await render(session, 'google/veo-3', { prompt: 'waves', duration: 4, resolution: '720p' });
  const playback = await playInBrowser(bytes);
  if (!playback) return reportMissingBrowser();
  expect(playback).toMatchObject({ width: 640, height: 360, hasEnded: true, error: null });
  expect(playback.seconds).toBeCloseTo(4, 1);
  expect(playback.differentFrames).toBe(3);
  return undefined;
}, 60_000);
