import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { gatewayErrors } from '../gateway.errors.js';
import { type EndpointDefinition, staticTag } from '../http/endpoint.js';

/** What makes the files public; they are no part of the API and not documented. */
const staticFiles: EndpointDefinition = {
  method: 'GET',
  path: '/',
  tag: staticTag,
  summary: 'The web application',
  access: 'public',
  answer: { description: 'A file.' },
};

/** First segments of addresses that never are pages of the application. */
const notPages = new Set(['api', 'assets', 'docs', 'files', 'health', 'metrics', 'openapi.json']);
const year = 'public, max-age=31536000, immutable';

/**
 * Serves the built web application: its files as they are there at the start, and its first page at every address that a
 * browser opens as a page, because the application has routes of its own. Anything else stays a 404.
 */
export async function serveWeb(fastify: FastifyInstance, webRoot: string | undefined): Promise<void> {
  if (!webRoot || !existsSync(join(webRoot, 'index.html'))) return;
  await fastify.register(async (files) => {
    files.addHook('onRoute', (route) => {
      route.config = { ...route.config, endpoint: staticFiles };
    });
    await files.register(fastifyStatic, {
      root: resolve(webRoot),
      wildcard: false,
      cacheControl: false,
      preCompressed: true,
      globIgnore: ['**/*.{br,gz}'],
      // Names under assets/ hold a hash of what is in them.
      setHeaders: (reply, path) =>
        reply.header('cache-control', path.includes(`${resolve(webRoot)}/assets/`) ? year : 'no-cache'),
    });
    files.get('/*', (request, reply) => {
      if (!isPage(request)) throw gatewayErrors.ROUTE_NOT_FOUND();
      return reply.sendFile('index.html');
    });
  });
}

function isPage({ raw, headers }: FastifyRequest): boolean {
  const path = (raw.url ?? '/').split('?', 1)[0] ?? '/';
  const [first = ''] = path.split('/').filter((part) => part !== '');
  return headers.accept?.includes('text/html') === true && !notPages.has(first) && !/\.\w+$/.test(path);
}
