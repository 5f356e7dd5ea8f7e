import fastifyHelmet from '@fastify/helmet';
import { fastify } from 'fastify';

/**
 * The security headers of every answer: nothing but our own files, no inline script, no framing.
 * They never change while the server runs, so helmet says them once instead of once per request.
 */
export async function securityHeaders(options: { https: boolean }): Promise<Record<string, string>> {
  const once = fastify();
  await once.register(fastifyHelmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
        frameAncestors: ["'none'"],
        formAction: ["'self'"],
        imgSrc: ["'self'", 'data:', 'blob:'],
        mediaSrc: ["'self'", 'blob:'],
      },
    },
    strictTransportSecurity: options.https,
    referrerPolicy: { policy: 'no-referrer' },
  });
  once.get('/', () => '');
  const { headers } = await once.inject('/');
  await once.close();
  const own = new Set(['content-length', 'content-type', 'date', 'connection']);
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) => (own.has(name) ? [] : [[name, String(value)]])),
  );
}
