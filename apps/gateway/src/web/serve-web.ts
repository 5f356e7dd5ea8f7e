import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance } from 'fastify';
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

/** Serves the built web application at `/`: only files that are there at the start, so that anything else stays a 404. */
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
      setHeaders: (reply) => reply.header('cache-control', 'no-cache'),
    });
  });
}
