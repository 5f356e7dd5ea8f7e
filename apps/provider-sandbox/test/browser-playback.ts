import { existsSync } from 'node:fs';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chromium } from 'playwright-core';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

/** What a browser made of a video. */
export interface Playback {
  readonly seconds: number;
  readonly width: number;
  readonly height: number;
  readonly hasEnded: boolean;
  readonly error: string | null;
  /** How many of the first, middle and last frame differ. */
  readonly differentFrames: number;
}

/** Plays a video in Chromium, four times as fast; undefined when there is no Chromium. */
export async function playInBrowser(video: Buffer): Promise<Playback | undefined> {
  if (!existsSync(CHROMIUM)) return undefined;
  const server = createServer((request, response) => {
    if (request.url === '/video.webm') sendRange(video, request.headers.range ?? 'bytes=0-', response);
    else response.writeHead(200, { 'content-type': 'text/html' }).end('<video muted></video>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const browser = await chromium.launch({ executablePath: CHROMIUM, args: ARGUMENTS });
  try {
    const page = await browser.newPage();
    await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
    return (await page.evaluate(PLAY)) as Playback;
  } finally {
    await browser.close();
    server.close();
  }
}

/** A browser seeks only where the server answers ranges. */
function sendRange(bytes: Buffer, range: string, response: ServerResponse): void {
  const [, from = '0', to = ''] = /^bytes=(\d+)-(\d*)$/.exec(range) ?? [];
  const part = bytes.subarray(Number(from), to === '' ? undefined : Number(to) + 1);
  response
    .writeHead(206, {
      'content-type': 'video/webm',
      'accept-ranges': 'bytes',
      'content-range': `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`,
      'content-length': part.length,
    })
    .end(part);
}

/** A laptop without a browser passes and is told so; an automated run must have one. */
export function reportMissingBrowser(): void {
  if (process.env['CI'] === 'true') throw new Error(`There is no ${CHROMIUM} to play the video in.`);
  console.warn(`NOT CHECKED: there is no ${CHROMIUM}, so no browser played the video.`);
}

/** Runs in the page, so it is text: the compiler knows no DOM here. */
const PLAY = `(async () => {
  const video = document.querySelector('video');
  const event = (name) => new Promise((resolve, reject) => {
    video.addEventListener(name, resolve, { once: true });
    video.addEventListener('error', () => reject(new Error(video.error.message)), { once: true });
  });
  const loaded = event('loadeddata');
  video.src = '/video.webm';
  await loaded;
  const canvas = document.createElement('canvas');
  canvas.width = 64;
  canvas.height = 36;
  const context = canvas.getContext('2d', { willReadFrequently: true });
  const look = () => {
    context.drawImage(video, 0, 0, 64, 36);
    return context.getImageData(0, 0, 64, 36).data.join();
  };
  const frames = new Set([look()]);
  const middle = event('seeked');
  video.currentTime = video.duration / 2;
  await middle;
  frames.add(look());
  const ended = event('ended');
  video.playbackRate = 4;
  await video.play();
  await ended;
  frames.add(look());
  return {
    seconds: video.duration,
    width: video.videoWidth,
    height: video.videoHeight,
    hasEnded: video.ended,
    error: video.error && video.error.message,
    differentFrames: frames.size,
  };
})()`;
