import { once } from 'node:events';
import { createServer as createHttpServer, type Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { deflateSync } from 'node:zlib';
import { randomBytes } from 'node:crypto';
import sharp from 'sharp';
import { WebSocket } from 'ws';
import { Connections } from './connections.js';
import { forgePng } from './forge-png.js';
import { hostileAnswers } from './hostile-answers.js';
import { metadataAddress, spellings } from './metadata-spellings.js';
import { type PlaygroundStack, startPlaygroundStack } from './playground-stack.js';

const path = '/api/v1/ai/job';
let stack: PlaygroundStack;
let sarah: string;
let ben: string;
let pictures: Server;
let origin: string;
let connections: Connections;
/** A server at a forbidden address, and how many connections it has seen. */
const forbidden = { server: createServer(), port: 0, connections: 0 };
let told: { endless: Promise<unknown> };

const small = await sharp({ create: { width: 40, height: 30, channels: 3, background: 'teal' } })
  .png()
  .toBuffer();

beforeAll(async () => {
  forbidden.server.on('connection', (socket) => {
    forbidden.connections += 1;
    socket.destroy();
  });
  await once(forbidden.server.listen(0, '127.0.0.1'), 'listening');
  forbidden.port = (forbidden.server.address() as AddressInfo).port;
  const hostile = hostileAnswers(small, forbidden.port);
  told = hostile.told;
  pictures = createHttpServer((request, response) => {
    const answer = hostile.answers[request.url ?? ''];
    if (answer) answer(request, response);
    else response.writeHead(404).end();
  });
  await once(pictures.listen(0, '127.0.0.1'), 'listening');
  origin = `pictures.test:${(pictures.address() as AddressInfo).port}`;
  stack = await startPlaygroundStack({
    allowPrivateOrigins: [origin],
    timeoutMs: 2_000,
    idleTimeoutMs: 1_000,
    lookup: async (name) => {
      if (name === 'pictures.test' || name === 'loopback.test') return [{ address: '127.0.0.1', family: 4 }];
      if (name === 'metadata.test') return [{ address: metadataAddress, family: 4 }];
      // One good address does not excuse the other.
      if (name === 'mixed.test')
        return [
          { address: '93.184.216.34', family: 4 },
          { address: '::ffff:169.254.169.254', family: 6 },
        ];
      return [];
    },
  });
  sarah = await stack.keyFor('sarah');
  ben = await stack.keyFor('ben');
  connections = new Connections();
}, 120_000);
afterAll(async () => {
  connections?.close();
  await stack?.close();
  pictures.close().closeAllConnections();
  forbidden.server.close();
});

interface Job {
  status: string;
  result_image_urls: string[];
  errors: { index: number; message: string }[];
}
let made = 0;
const send = (source_image_urls: string[], more: object = {}, key = sarah) =>
  stack.request(path, key, {
    job_id: `bad-${(made += 1)}`,
    type: 'batch_optimization',
    config: { format: 'png' },
    source_image_urls,
    ...more,
  });

/** Sends a job and follows it to its end. */
async function outcomeOf(sources: string[]): Promise<{ job: Job; text: string }> {
  const accepted = await send(sources);
  expect(accepted.status).toBe(200);
  await (await stack.request(`${path}/bad-${made}/stream`, sarah)).text();
  const text = await (await stack.request(`${path}/bad-${made}`, sarah)).text();
  return { job: JSON.parse(text) as Job, text };
}
const picture = (bytes: Buffer, type = 'image/png') => `data:${type};base64,${bytes.toString('base64')}`;
const at = (place: string) => `http://${origin}${place}`;

describe('a picture that is none', () => {
  it('costs the job only itself, and its problem says what is wrong with it', async () => {
    const noise = await sharp(randomBytes(300 * 300 * 3), { raw: { width: 300, height: 300, channels: 3 } })
      .png()
      .toBuffer();
    const zeros = deflateSync(Buffer.alloc(50_000_000));
    const { job } = await outcomeOf([
      picture(Buffer.from('this is no image at all'), 'image/jpeg'),
      picture(Buffer.from('this is no image at all. '.repeat(9_000)), 'image/jpeg'),
      at('/text.jpg'),
      picture(small.subarray(0, small.length - 20)),
      picture(noise.subarray(0, noise.length / 2)),
      picture(forgePng(60_000, 60_000, deflateSync(Buffer.alloc(10)))),
      picture(forgePng(60_000, 60_000, zeros)),
      picture(
        Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
        'image/svg+xml',
      ),
      picture(small),
      at('/picture.png'),
    ]);
    expect(job.status).toBe('completed');
    expect(job.result_image_urls).toHaveLength(2);
    const [type, damaged, pixels] = [/type that is not supported/, /may be damaged/, /more pixels than allowed/];
    expect(job.errors.map(({ message }) => message)).toEqual(
      [type, type, type, damaged, damaged, pixels, pixels, type].map((part) => expect.stringMatching(part)),
    );
  });

  it('unpacks to no more than it says it holds', async () => {
    const zeros = deflateSync(Buffer.alloc(400_000_000));
    const row = deflateSync(Buffer.alloc(100 * 301));
    const before = process.memoryUsage().rss;
    const { job } = await outcomeOf([
      picture(forgePng(100, 100, zeros)),
      picture(forgePng(100, 100, row, [zeros])),
      picture(small),
    ]);
    expect(job.status).toBe('completed');
    // Whether what is too much is ignored or refused is the decoder's affair; it never unpacks all of it.
    expect(process.memoryUsage().rss - before).toBeLessThan(300_000_000);
  }, 60_000);

  it('is refused at once where its caller waits for it', async () => {
    const answer = await stack.request('/api/v1/ai/preprocess', sarah, {
      source_image_url: picture(Buffer.from('this is no image at all')),
      config: {},
    });
    expect(answer.status).toBe(422);
    expect(await answer.json()).toMatchObject({ code: 'IMAGE_REFUSED' });
  });
});

describe('a forbidden address', () => {
  it('is not connected to in any spelling, and nothing is said about it', async () => {
    connections.take();
    const { job } = await outcomeOf(spellings.map((host) => `http://${host}/latest/meta-data/iam/`));
    expect(job.status).toBe('failed');
    expect(job.errors.map(({ index }) => index)).toEqual(spellings.map((_host, index) => index));
    for (const { index, message } of job.errors) {
      expect([spellings[index], message]).toEqual([
        spellings[index],
        expect.stringMatching(
          /^The (host of the URL has no public address|URL has a form that is not fetched|host of the URL was not found)\.$/,
        ),
      ]);
    }
    expect(toOthers()).toEqual([]);
  });

  it('is refused at the door with a user name, another protocol or a path of this machine', async () => {
    connections.take();
    for (const source of [
      `http://pictures.test@${metadataAddress}/`,
      `http://user:secret@${metadataAddress}/`,
      `gopher://${metadataAddress}/`,
      `ftp://${metadataAddress}/a.png`,
      `//${metadataAddress}/`,
      'file:///etc/passwd',
      '/etc/passwd',
      'http://[::ffff:169.254.169.254%25lo]/',
      'http://169.254.169.254.256/',
    ]) {
      const answer = await send([source]);
      expect([source, answer.status]).toEqual([source, 400]);
      expect(await answer.json()).toMatchObject({
        code: 'INVALID_REQUEST',
        errors: [{ field: 'source_image_urls.0' }],
      });
    }
    expect(toOthers()).toEqual([]);
  });

  it('is not reached by a redirect or a name either', async () => {
    connections.take();
    const { job } = await outcomeOf([
      at('/to-loopback'),
      at('/to-loopback-80'),
      at('/to-metadata'),
      at('/to-file'),
      at('/circle'),
      `http://127.0.0.1:${forbidden.port}/`,
      'http://loopback.test/',
      'http://localhost/',
      'http://[::1]/',
      'http://0/',
    ]);
    expect(job.result_image_urls).toEqual([]);
    expect(job.errors).toHaveLength(10);
    expect(JSON.stringify(job.errors)).not.toMatch(/127\.0|::1|169\.254|ECONN|loopback/);
    expect(forbidden.connections).toBe(0);
    // What is counted is what really happens: the first hop of each redirect is there.
    expect(connections.seen()).toContain(`127.0.0.1:${origin.split(':')[1]}`);
    expect(toOthers()).toEqual([]);
  });

  /** Connections to anything but the gateway and the host of the pictures. */
  function toOthers(): string[] {
    const known = [new URL(stack.url).port, origin.split(':')[1] ?? ''].map((port) => `127.0.0.1:${port}`);
    return connections.take().filter((connection) => !known.includes(connection));
  }
});

describe('a host that wastes our time', () => {
  it('is left by the size or the time that a picture may have', async () => {
    const { job } = await outcomeOf([
      at('/endless'),
      at('/drip'),
      at('/silent'),
      at('/claims'),
      at('/packed'),
      at('/404'),
      at('/picture.png'),
    ]);
    expect(job.result_image_urls).toHaveLength(1);
    expect(job.errors.map(({ message }) => message)).toEqual(
      [
        'larger than allowed',
        'in time',
        'in time',
        'larger than allowed',
        'not supported',
        'did not answer with the content',
      ].map((part) => expect.stringContaining(part)),
    );
    // The host noticed that nobody reads it any more.
    await told.endless;
  }, 60_000);
});

describe('a job that must not be', () => {
  it('with 51 images is refused, and there is no such job', async () => {
    const answer = await send(Array.from({ length: 51 }, () => picture(small)));
    expect(answer.status).toBe(400);
    expect(await answer.json()).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'source_image_urls' }] });
    expect((await stack.request(`${path}/bad-${made}`, sarah)).status).toBe(404);
  });

  it('with a taken id and another body is a conflict, and the first one stays as it was', async () => {
    const first = { job_id: 'taken', source_image_urls: [picture(small)] };
    expect((await send([], first)).status).toBe(200);
    await (await stack.request(`${path}/taken/stream`, sarah)).text();
    const before = await (await stack.request(`${path}/taken`, sarah)).json();
    const big = picture(
      await sharp(randomBytes(200 * 200 * 3), { raw: { width: 200, height: 200, channels: 3 } })
        .png()
        .toBuffer(),
    );
    for (const change of [
      { config: {} },
      { type: 'image_enhancement', config: {} },
      { source_image_urls: [at('/picture.png')] },
      { source_image_urls: [big] },
    ]) {
      const answer = await send([], { ...first, ...change });
      expect(answer.status).toBe(409);
      expect(await answer.json()).toMatchObject({ code: 'IMAGE_JOB_ID_REUSED' });
    }
    expect((await send([], first)).status).toBe(200);
    expect(await (await stack.request(`${path}/taken`, sarah)).json()).toEqual(before);
    // An id is the client's own: another user's job of that name is another job.
    expect((await send([], first, ben)).status).toBe(200);
  });

  it('of somebody else is not found on any route, and neither is its picture', async () => {
    const { job } = await outcomeOf([picture(small)]);
    const id = `bad-${made}`;
    const routes = ['', '/status', '/stream'].map((end) => stack.request(`${path}/${id}${end}`, ben));
    const found = await Promise.all([...routes, stack.request(`${path}/${id}/cancel`, ben, undefined, 'POST')]);
    expect(found.map(({ status }) => status)).toEqual([404, 404, 404, 404]);
    for (const answer of found) expect(await answer.json()).toMatchObject({ code: 'IMAGE_JOB_NOT_FOUND' });
    const listed = async (key: string) =>
      ((await (await stack.request(`${path}?limit=100`, key)).json()) as { items: { job_id: string }[] }).items;
    expect((await listed(sarah)).map(({ job_id }) => job_id)).toContain(id);
    expect((await listed(ben)).map(({ job_id }) => job_id)).not.toContain(id);
    const [link = ''] = job.result_image_urls;
    const file = link.split('?')[0] ?? '';
    expect((await stack.request(file, ben)).status).toBe(404);
    expect((await stack.request(file, sarah)).status).toBe(200);
    const socket = new WebSocket(`${stack.url.replace('http', 'ws')}/api/v1/ai/ws`, ['atelier.v1', `bearer.${ben}`]);
    await once(socket, 'open');
    socket.send(JSON.stringify({ type: 'subscribe', id }));
    const [message] = (await once(socket, 'message')) as [Buffer];
    expect(JSON.parse(String(message))).toMatchObject({ type: 'error', id, problem: { code: 'IMAGE_JOB_NOT_FOUND' } });
    socket.terminate();
  });
});

describe('the list of jobs', () => {
  it('has every job once, newest first, page by page, and no other cursor than its own', async () => {
    const lena = await stack.keyFor('lena');
    const ids = ['one', 'two', 'three', 'four', 'five'];
    for (const job_id of ids) expect((await send([picture(small)], { job_id }, lena)).status).toBe(200);
    const seen: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const answer = await stack.request(`${path}?limit=2${cursor && `&cursor=${cursor}`}`, lena);
      const body = (await answer.json()) as { items: { job_id: string }[]; next_cursor: string | null };
      seen.push(...body.items.map(({ job_id }) => job_id));
      cursor = body.next_cursor;
    }
    expect(seen).toEqual(ids.toReversed());
    expect((await stack.request(`${path}?cursor=${Buffer.from('["x",1]').toString('base64url')}`, lena)).status).toBe(
      400,
    );
    expect((await stack.request(`${path}?user_id=sarah`, lena)).status).toBe(403);
    const failed = (await (await stack.request(`${path}?status=failed`, lena)).json()) as { items: unknown[] };
    expect(failed.items).toEqual([]);
  });
});

describe('a front end that acts for users', () => {
  it('still finds its job by the id alone after another gateway took over, and nobody else does', async () => {
    const frontEnd = await stack.keyFor('front-end', ['read', 'generate', 'act_as']);
    const other = await stack.keyFor('other', ['read', 'generate', 'act_as']);
    expect((await send([picture(small)], { job_id: 'for-sarah', user_id: 'sarah' }, frontEnd)).status).toBe(200);
    await stack.replaceGateway();
    expect((await stack.request(`${path}/for-sarah/status`, frontEnd)).status).toBe(200);
    expect((await stack.request(`${path}/for-sarah/status`, sarah)).status).toBe(200);
    expect((await stack.request(`${path}/for-sarah/status`, other)).status).toBe(404);
    expect((await stack.request(`${path}/for-sarah/status`, ben)).status).toBe(404);
  });
});
