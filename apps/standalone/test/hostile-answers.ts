import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';

/** What hosts as hostile as can be answer to whoever fetches a picture, by path. */
export function hostileAnswers(picture: Buffer, forbiddenPort: number) {
  const told = { endless: Promise.resolve<unknown>(undefined) };
  const answers: Readonly<Record<string, RequestListener>> = {
    '/picture.png': (_request, response) => void response.end(picture),
    '/to-loopback': (_request, response) =>
      void response.writeHead(302, { location: `http://127.0.0.1:${forbiddenPort}/` }).end(),
    '/to-loopback-80': (_request, response) =>
      void response.writeHead(307, { location: 'http://[::ffff:7f00:1]/' }).end(),
    '/to-metadata': (_request, response) => void response.writeHead(301, { location: 'http://0xa9fea9fe/' }).end(),
    '/to-file': (_request, response) => void response.writeHead(302, { location: 'file:///etc/passwd' }).end(),
    '/circle': (_request, response) => void response.writeHead(302, { location: '/circle' }).end(),
    '/endless': (_request, response) => {
      told.endless = once(response, 'close');
      Readable.from(forever(picture)).pipe(response);
    },
    // Never silent for long, and never done.
    '/drip': (_request, response) => {
      let at = 0;
      const timer = setInterval(() => response.write(picture.subarray(at, (at += 1))), 20);
      response.once('close', () => clearInterval(timer));
    },
    '/silent': () => {},
    '/claims': (_request, response) => void response.writeHead(200, { 'content-length': '99999999999' }).write(picture),
    '/packed': (_request, response) => void response.setHeader('content-encoding', 'gzip').end(gzipSync(picture)),
    '/text.jpg': (_request, response) => void response.setHeader('content-type', 'image/jpeg').end('no image at all'),
  };
  return { answers, told };
}

function* forever(picture: Buffer): Generator<Buffer> {
  for (;;) yield picture;
}
