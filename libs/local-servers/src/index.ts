export { type EnvoyOptions, startEnvoy } from './envoy.js';
export { envoyVersion, fetchEnvoy } from './envoy-program.js';
export { fetchKafkaJars, kafkaVersion } from './kafka-jars.js';
export { freePort } from './free-port.js';
export { installPackages, missingPackages, serversAtHand } from './packages.js';
export type { ServerOptions } from './server-options.js';
export { type ServerName, ServerProcess } from './server-process.js';
export { startKafka } from './kafka.js';
export { startPostgresql } from './postgresql.js';
export {
  type FleetMember,
  type FleetService,
  fleetServices,
  ServiceFleet,
  type ServiceFleetOptions,
} from './service-fleet.js';
export { startPrometheus } from './prometheus.js';
export { startRedis } from './redis.js';
export { fetchS3Jars, startS3 } from './s3.js';
