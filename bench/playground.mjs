// Images per second and peak memory of image jobs, beside bare sharp making the same calls on the same pictures.
//
//   node bench/playground.mjs [--types batch_optimization,image_enhancement,sketch_preparation] [--images 12,4,8] [--rounds 3]
//                             [--concurrency 2] [--queued 200] [--server postgres://…]
//
// The pictures are JPEGs of 12 megapixels, made here from a fixed seed. For each type there are two processes: the
// playground-processor, on an embedded database (or, with --server, on a fresh database of that PostgreSQL), with a stand-in for
// the generation service's records of assets; and bare sharp, which reads the same files, makes the same sharp calls with the same
// number of images at a time, and writes the results. They take turns, round by round; the first round warms up and does not count. A job's
// time is from sending it to its end. Results are not answered from earlier ones (RESULT_CACHE_TTL=0). Enhancement in bare sharp is
// the same passes in the documented order (sharpen, median, linear, modulate), since one sharp pipeline has another order. Sketch
// preparation computes lines and palette in JavaScript; bare sharp calls the same two functions in place, without threads.
// Background replacement is left out: it waits for a provider. Peak memory is the process's own (VmHWM). At the end, --queued
// images of one type are queued at once. Build first: npm run build.
import { fork } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import sharp from 'sharp';
import { node, root } from '../tools/run.mjs';

const { values } = parseArgs({
  options: {
    types: { type: 'string', default: 'batch_optimization,image_enhancement,sketch_preparation' },
    images: { type: 'string', default: '12,4,8' },
    rounds: { type: 'string', default: '3' },
    concurrency: { type: 'string', default: '2' },
    queued: { type: 'string', default: '200' },
    server: { type: 'string' },
    help: { type: 'boolean', default: false },
    side: { type: 'string' },
    folder: { type: 'string' },
    type: { type: 'string' },
  },
});
if (values.help) {
  console.log(
    readFileSync(new URL(import.meta.url), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('//'))
      .map((line) => line.slice(3))
      .join('\n'),
  );
  process.exit(0);
}

const distinct = 4;
const concurrency = Number(values.concurrency);
const defaults = { quality: 85, maxSize: 1_920, level: 5 };

if (values.side === 'service') await serve();
else if (values.side === 'sharp') await serveBare();
else await compare();

async function compare() {
  const folder = mkdtempSync(join(tmpdir(), 'atelier-bench-'));
  const types = values.types.split(',');
  const counts = values.images.split(',').map(Number);
  try {
    await makePictures(folder);
    for (const [at, type] of types.entries()) {
      const sides = { service: startSide('service', type, folder), sharp: startSide('sharp', type, folder) };
      const count = counts[at] ?? counts.at(-1);
      const rates = { service: [], sharp: [] };
      const cores = { service: [], sharp: [] };
      for (let round = 0; round < Number(values.rounds); round += 1) {
        for (const [name, side] of round % 2 ? Object.entries(sides).toReversed() : Object.entries(sides)) {
          const { seconds, cpu } = await side.run(count);
          if (round === 0) continue;
          rates[name].push(count / seconds);
          cores[name].push(cpu / count);
        }
      }
      const peaks = { service: await sides.service.peak(), sharp: await sides.sharp.peak() };
      await Promise.all(Object.values(sides).map((side) => side.stop()));
      const [service, bare] = [mean(rates.service), mean(rates.sharp)];
      console.log(
        `${type}: ${service.toFixed(2)} images/s, bare sharp ${bare.toFixed(2)}, ratio ${range(rates.service.map((rate, round) => rate / rates.sharp[round]))}; ` +
          `processor time ${mean(cores.service).toFixed(2)} s an image, bare sharp ${mean(cores.sharp).toFixed(2)} s; ` +
          `peak ${peaks.service} MB, bare sharp ${peaks.sharp} MB`,
      );
    }
    if (Number(values.queued) > 0) {
      const side = startSide('service', types[0], folder);
      await side.run(2 * concurrency);
      const before = await side.peak();
      const { seconds } = await side.run(Number(values.queued));
      console.log(
        `${values.queued} images queued at once (${types[0]}): ${(values.queued / seconds).toFixed(2)} images/s, ` +
          `peak ${await side.peak()} MB; after ${2 * concurrency} images it was ${before} MB`,
      );
      await side.stop();
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function startSide(side, type, folder) {
  const args = ['--side', side, '--type', type, '--folder', folder, '--concurrency', values.concurrency];
  if (values.server) args.push('--server', values.server);
  const child = fork(fileURLToPath(import.meta.url), args, { cwd: root, execPath: node });
  const ask = (message) =>
    new Promise((resolve, reject) => {
      child.once('message', resolve);
      child.once('exit', (code) => reject(new Error(`${side} ended with ${code}`)));
      child.send(message);
    });
  return {
    run: (count) => ask({ run: count }),
    peak: () => ask({ peak: true }),
    stop: async () => {
      const exited = new Promise((resolve) => child.once('exit', resolve));
      child.send({ stop: true });
      await exited;
    },
  };
}

/** Answers the parent's requests, one after the other. */
function answer({ run, stop }) {
  // A parent that is killed must not leave anything behind.
  process.once('disconnect', () => process.exit(1));
  process.on('message', async (message) => {
    if (message.run) process.send(await measured(() => run(message.run)));
    if (message.peak) process.send(Math.round(peakKilobytes() / 1_024));
    if (message.stop) {
      await stop();
    }
  });
}

/** Seconds of the clock, and of the cores of this process and its threads. */
async function measured(work) {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { seconds: (performance.now() - start) / 1_000, cpu: (user + system) / 1_000_000 };
}

function peakKilobytes() {
  return Number(
    /VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? process.resourceUsage().maxRSS,
  );
}

/** Smooth areas, edges and grain, as photographs have. */
async function makePictures(folder) {
  const [width, height] = [500, 375];
  let seed = 2_463_534_242;
  const random = () => {
    seed ^= seed << 13;
    seed ^= seed >>> 17;
    seed ^= seed << 5;
    return (seed >>> 0) / 2 ** 32;
  };
  mkdirSync(join(folder, 'files'));
  for (let picture = 0; picture < distinct; picture += 1) {
    const pixels = Buffer.alloc(width * height * 3);
    for (let at = 0; at < pixels.length; at += 1) {
      const [x, y] = [((at / 3) | 0) % width, (at / 3 / width) | 0];
      const block = ((x >> 6) * 37 + (y >> 6) * 91 + (at % 3) * 53 + picture * 29) % 160;
      pixels[at] = 40 + block + 24 * random() + 20 * Math.sin((x + y) / 30);
    }
    const bytes = await sharp(pixels, { raw: { width, height, channels: 3 } })
      .resize(4_000, 3_000, { kernel: 'cubic' })
      .jpeg({ quality: 90 })
      .toBuffer();
    writeFileSync(join(folder, pictureName(picture)), bytes);
  }
}

function pictureName(at) {
  return `picture-${at % distinct}.jpg`;
}

/** Median, least and most. */
function range(numbers) {
  const [least, most] = [Math.min(...numbers), Math.max(...numbers)];
  const median = numbers.toSorted((one, other) => one - other)[numbers.length >> 1];
  return `${median.toFixed(2)} (${least.toFixed(2)}–${most.toFixed(2)} in ${numbers.length} rounds)`;
}

function mean(numbers) {
  return numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
}

/** The service with its database and a stand-in for the records of assets. */
async function serve() {
  const { Server, ServerCredentials } = await import('@grpc/grpc-js');
  const { FileAssetStorage } = await import('@atelier/asset-storage');
  const { Asset, GenerationServiceService } = await import('@atelier/contracts/generation/v1');
  const { CreateImageJobRequest, ImageJobState, ImageJobType, PlaygroundServiceService } =
    await import('@atelier/contracts/playground/v1');
  const { openPglite, openPostgres } = await import('@atelier/persistence');
  const { createServiceRuntime, loadConfig } = await import('@atelier/service-defaults');
  const { playgroundProcessorConfig, startPlaygroundProcessor } = await import('@atelier/playground-processor');

  const socket = (name) => `unix:${join(mkdtempSync(join(tmpdir(), 'atelier-bench-')), `${name}.sock`)}`;
  const generationAddress = socket('generation');
  const storage = new FileAssetStorage(join(values.folder, 'files'));
  const records = new Map();
  const generation = new Server();
  const { createAsset, getAsset } = GenerationServiceService;
  generation.addService(
    { createAsset, getAsset },
    {
      createAsset: ({ request: { asset } }, done) => done(null, { asset }),
      getAsset: ({ request }, done) => done(null, { asset: records.get(request.assetId) }),
    },
  );
  await new Promise((resolve, reject) =>
    generation.bindAsync(generationAddress, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    ),
  );
  for (let picture = 0; picture < distinct; picture += 1) {
    const bytes = readFileSync(join(values.folder, pictureName(picture)));
    const [assetId, contentType] = [`picture-${picture}`, 'image/jpeg'];
    await storage.put(`${assetId}.jpg`, bytes, { contentType });
    records.set(assetId, Asset.create({ assetId, storageKey: `${assetId}.jpg`, contentType }));
  }
  const runtime = createServiceRuntime({
    name: 'playground-processor',
    version: 'bench',
    logLevel: 'error',
    identitySecret: 'a-secret-of-the-benchmark-only-0123456789',
    analyticsUrl: socket('nobody'),
  });
  const database = await openDatabase(openPglite, openPostgres);
  const config = {
    ...loadConfig(playgroundProcessorConfig, {}),
    GENERATION_URL: generationAddress,
    MAX_CONCURRENT_IMAGE_JOBS: concurrency,
    RESULT_CACHE_TTL: 0,
  };
  const address = socket('playground');
  const running = await startPlaygroundProcessor({ config, runtime, address, database: database.opened, storage });
  const client = runtime.client(PlaygroundServiceService, 'atelier.playground.v1', address);
  const type = ImageJobType[`IMAGE_JOB_TYPE_${values.type.toUpperCase()}`];

  const runJob = async (count) => {
    // A fresh one each time: they expire.
    const context = runtime.backgroundContext({ userId: 'bench', scopes: ['read', 'generate'] });
    const jobId = randomUUID();
    const sourceImageUrls = Array.from({ length: count }, (_, at) => `picture-${at % distinct}`);
    await client.createImageJob(CreateImageJobRequest.create({ jobId, type, sourceImageUrls }), { context });
    let last;
    for await (const { job } of client.watchImageJob({ jobId }, { context })) last = job;
    if (last?.state !== ImageJobState.IMAGE_JOB_STATE_COMPLETED || last.errors.length > 0)
      throw new Error(`a job did not complete: ${JSON.stringify(last?.errors)}`);
  };
  answer({
    run: async (count) => {
      const jobs = Array.from({ length: Math.ceil(count / 50) }, (_, at) => Math.min(50, count - 50 * at));
      await Promise.all(jobs.map(runJob));
    },
    stop: async () => {
      await running.close(100);
      await database.close();
      generation.forceShutdown();
      process.exit(0);
    },
  });
}

async function openDatabase(openPglite, openPostgres) {
  if (!values.server) {
    const opened = await openPglite('memory');
    return { opened, close: () => opened.close() };
  }
  const { default: pg } = await import('pg');
  const name = `bench_playground_${process.pid}`;
  const onServer = async (statement) => {
    const client = new pg.Client({ connectionString: values.server });
    await client.connect();
    await client.query(statement).finally(() => client.end());
  };
  await onServer(`create database ${name}`);
  const url = new URL(values.server);
  url.pathname = name;
  const opened = await openPostgres(url.href);
  return { opened, close: () => opened.close().then(() => onServer(`drop database ${name} with (force)`)) };
}

/** The same calls without anything around them. */
async function serveBare() {
  sharp.concurrency(1);
  sharp.cache(false);
  const work = await bareWork();
  answer({
    run: async (count) => {
      let next = 0;
      const worker = async () => {
        for (let at = next++; at < count; at = next++) {
          const bytes = await readFile(join(values.folder, pictureName(at)));
          await writeFile(join(values.folder, `bare-${at}`), await work(bytes));
        }
      };
      await Promise.all(Array.from({ length: concurrency }, worker));
    },
    stop: async () => process.exit(0),
  });
}

async function bareWork() {
  const open = (bytes) =>
    sharp(bytes, { failOn: 'error', limitInputPixels: 50_000_000, sequentialRead: true, pages: 1 })
      .autoOrient()
      .toColourspace('srgb');
  const raw = (image) => image.raw().toBuffer({ resolveWithObject: true });
  const reopen = ({ data, info: { width, height, channels } }) => sharp(data, { raw: { width, height, channels } });
  const { quality, maxSize, level } = defaults;
  if (values.type === 'batch_optimization') {
    return (bytes) =>
      open(bytes).resize(maxSize, maxSize, { fit: 'inside', withoutEnlargement: true }).webp({ quality }).toBuffer();
  }
  if (values.type === 'image_enhancement') {
    const contrast = 1 + 0.05 * level;
    const steps = [
      (image) => image.sharpen(),
      (image) => image.median(3),
      (image) => image.linear(contrast, 128 * (1 - contrast)),
      (image) => image.modulate({ brightness: 1 + 0.03 * level }),
    ];
    return async (bytes) => {
      let image = open(bytes);
      for (const step of steps) image = reopen(await raw(step(image)));
      return image.png().toBuffer();
    };
  }
  const dist = (file) => import(new URL(`apps/playground-processor/dist/${file}`, `file://${root}/`).href);
  const { longestSketchEdge } = await dist('domain/sketch-target.js');
  const { findLines } = await dist('infra/sketch/find-lines.js');
  const { extractPalette } = await dist('infra/sketch/extract-palette.js');
  const { blurredGreys } = await dist('infra/sketch/blurred-greys.js');
  const readPixels = (image) => raw(image.toColourspace('srgb').removeAlpha());
  return async (bytes) => {
    const fit = { fit: 'inside', withoutEnlargement: true };
    const flat = open(bytes).flatten({ background: '#ffffff' });
    const fitted = await readPixels(flat.resize(longestSketchEdge, longestSketchEdge, fit));
    const sample = await readPixels(reopen(fitted).resize(160, 160, { ...fit, kernel: 'nearest' }));
    extractPalette({ pixels: sample.data, count: 6 });
    const { width, height } = fitted.info;
    const greys = await blurredGreys({ data: fitted.data, width, height }, 'lineart');
    const lines = findLines({ ...greys, width, height, style: 'lineart', contrast: 1.2 });
    return sharp(lines, { raw: { width, height, channels: 1 } })
      .png()
      .toBuffer();
  };
}
