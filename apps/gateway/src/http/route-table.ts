import type { FastifyInstance } from 'fastify';
import type { EndpointDefinition } from './endpoint.js';

/** A route as the server answers it. */
export interface ServedRoute {
  readonly method: string;
  readonly path: string;
  readonly endpoint: EndpointDefinition | undefined;
}

/** All routes of the server, recorded as they are registered. */
export class RouteTable {
  readonly #routes: ServedRoute[] = [];

  /** Records every route that is registered on the instance from now on. */
  observe(fastify: FastifyInstance): void {
    fastify.addHook('onRoute', (route) => {
      for (const method of [route.method].flat()) {
        // Read later: hooks of inner contexts may still complete the route.
        this.#routes.push({
          method,
          path: route.url,
          get endpoint() {
            return route.config?.endpoint;
          },
        });
      }
    });
  }

  get routes(): readonly ServedRoute[] {
    return this.#routes;
  }

  /** Methods that an address takes, for `Allow`; empty for an unknown address. */
  methodsOf(url: string): string[] {
    const segments = segmentsOf(url.split('?', 1)[0] ?? '');
    // `OPTIONS *` answers cross-origin preflights everywhere and says nothing about the address.
    const matching = this.#routes.filter(
      ({ path }) => path !== '*' && path !== '/*' && matches(segmentsOf(path), segments),
    );
    return [...new Set(matching.map(({ method }) => method))].sort();
  }
}

function segmentsOf(path: string): string[] {
  return path.replace(/^\/+|\/+$/g, '').split('/');
}

function matches(pattern: readonly string[], segments: readonly string[]): boolean {
  const open = pattern.at(-1) === '*';
  if (open ? segments.length < pattern.length : segments.length !== pattern.length) return false;
  return pattern.every((part, index) => part === '*' || part.startsWith(':') || part === segments[index]);
}
