import { Metadata, type ServerInterceptor, ServerInterceptingCall } from '@grpc/grpc-js';
import { metadataKeys } from './metadata-keys.js';

/** Says with every answer, health and refusals included, which version of the service gave it. */
export function tellingVersion(version: string): ServerInterceptor {
  return (_method, call) => {
    let told = false;
    return new ServerInterceptingCall(call, {
      sendMetadata: (metadata, next) => {
        told = true;
        metadata.set(metadataKeys.serviceVersion, version);
        next(metadata);
      },
      sendStatus: (status, next) => {
        // Refused before anything was sent: there are trailers only.
        if (told) return next(status);
        const metadata = status.metadata ?? new Metadata();
        metadata.set(metadataKeys.serviceVersion, version);
        next({ ...status, metadata });
      },
    });
  };
}
