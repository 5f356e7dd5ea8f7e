import type { SpanStart } from '@atelier/tracing';

/** The span of one side of a call; `path` is `/atelier.x.v1.XService/Method`, as the contract has it. */
export function rpcSpan(role: 'client' | 'server', path: string, parent: string | undefined): SpanStart {
  const method = path.slice(1);
  return { name: method, role, parent, attributes: { 'rpc.system.name': 'grpc', 'rpc.method': method } };
}
