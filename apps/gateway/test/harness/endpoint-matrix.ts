import type { Access } from '../../src/http/endpoint.js';
import type { TestGateway } from './test-gateway.js';

/** Every endpoint that the gateway serves, with the access it declares. */
export function endpointMatrix({ gateway }: TestGateway): { method: string; path: string; access: Access }[] {
  return gateway.routes.flatMap(({ method, path, endpoint }) =>
    endpoint && method !== 'HEAD' ? [{ method, path, access: endpoint.access }] : [],
  );
}

/** An address that the route matches. */
export function exampleUrl(path: string): string {
  return path.replace(/:(\w+)/g, (_, name: string) => examples[name] ?? 'example');
}

const id = '0199f0a2-6b1e-7c4d-9d52-3f1c2a7b8e90';
const examples: Readonly<Record<string, string>> = { id, key: `${id}.png` };
