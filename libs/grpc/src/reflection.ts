import { fileDescriptorSet } from '@atelier/contracts/descriptors';
import { loadFileDescriptorSetFromBuffer } from '@grpc/proto-loader';
import { ReflectionService } from '@grpc/reflection';
import type { Server } from '@grpc/grpc-js';

let reflection: Map<string, ReflectionService> | undefined;

/** Adds gRPC reflection (v1 and v1alpha) for the given services to a server. */
export function addReflection(server: Server, services: readonly string[]): void {
  reflection ??= new Map();
  const key = services.join(' ');
  let service = reflection.get(key);
  if (!service) {
    service = new ReflectionService(loadFileDescriptorSetFromBuffer(fileDescriptorSet), { services: [...services] });
    reflection.set(key, service);
  }
  service.addToServer(server);
}
