/** Names of the gRPC metadata that every call carries. */
export const metadataKeys = {
  requestId: 'x-request-id',
  identity: 'x-atelier-identity',
  traceparent: 'traceparent',
  canaryBucket: 'x-canary-bucket',
  canary: 'x-canary',
  /** Of the service that answers; in answers only. */
  serviceVersion: 'x-service-version',
} as const;

/** Trailer that carries google.rpc.Status (binary metadata ends in -bin). */
export const statusDetailsKey = 'grpc-status-details-bin';
