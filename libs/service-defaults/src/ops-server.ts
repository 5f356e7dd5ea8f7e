import { createServer, type Server } from 'node:http';
import { metricsRegistry } from './metrics.js';

/** Small HTTP server of a service that runs alone: /metrics for Prometheus, /live and /ready for probes. */
export function startOpsServer(options: {
  host: string;
  port: number;
  /** Told by the probes. */
  version: string;
  isReady: () => boolean;
}): Promise<{ port: number; close(): Promise<void> }> {
  const server: Server = createServer((request, response) => {
    void (async () => {
      const path = request.url?.split('?')[0];
      if (path === '/metrics') {
        response.setHeader('content-type', metricsRegistry.contentType);
        response.end(await metricsRegistry.metrics());
      } else if (path === '/live' || path === '/ready') {
        response.statusCode = path === '/live' || options.isReady() ? 200 : 503;
        response.setHeader('content-type', 'application/json');
        const status = response.statusCode === 200 ? 'ok' : 'not ready';
        response.end(`${JSON.stringify({ status, service_version: options.version })}\n`);
      } else {
        response.statusCode = 404;
        response.end('not found\n');
      }
    })();
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, () => {
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : options.port;
      resolve({
        port,
        close: () =>
          new Promise((done) => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      });
    });
  });
}
