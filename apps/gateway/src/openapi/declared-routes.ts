import type { Type } from '@nestjs/common';
import { endpointDefinitions } from '../http/endpoint.js';
import type { ServedRoute } from '../http/route-table.js';

/** The routes that controllers declare, without a server: what it will serve. */
export function declaredRoutes(controllers: readonly Type[]): ServedRoute[] {
  return controllers
    .flatMap(endpointDefinitions)
    .map((endpoint) => ({ method: endpoint.method, path: endpoint.path, endpoint }));
}
