import { createServer } from 'node:net';
import { CreateGenerationRequest, GenerationServiceService } from '@atelier/contracts/generation/v1';
import { serviceConfigs } from '@atelier/contracts/service-configs';
import { status } from '@grpc/grpc-js';
import { createGrpcClient, type GrpcClient, type GrpcClientOptions } from '../src/index.js';
import { type Definition, Replica, TestNames } from './replicas.js';

const names = new TestNames();
const clients: GrpcClient<Definition>[] = [];
const replicas: Replica[] = [];
const order = CreateGenerationRequest.create({});
const hosts = ['127.0.1.1', '127.0.1.2', '127.0.1.3', '127.0.1.4'] as const;
let port: number;
let tests = 0;
let name: string;

beforeEach(async () => {
  port = await portThatIsFree();
  // The retry budget belongs to a target.
  name = `generation-${++tests}.test`;
});
afterEach(() => {
  clients.splice(0).forEach((client) => client.close());
  replicas.splice(0).forEach((replica) => replica.kill());
});
afterAll(() => names.restore());

async function start(host: string, maxConnectionAgeMs?: number): Promise<Replica> {
  const replica = await Replica.start(host, port, maxConnectionAgeMs);
  replicas.push(replica);
  return replica;
}

function connect(options: Partial<GrpcClientOptions> = {}): GrpcClient<Definition> {
  const serviceConfig = serviceConfigs['atelier.generation.v1'];
  const target = `dns:///${name}:${port}`;
  const client = createGrpcClient(GenerationServiceService, {
    target,
    ...(serviceConfig ? { serviceConfig } : {}),
    ...options,
  });
  clients.push(client);
  return client;
}

const read = (client: GrpcClient<Definition>) => client.getGeneration({ generationId: 'g' });

/** Calls, one after another, until something is so. */
async function callUntil(client: GrpcClient<Definition>, isSo: () => boolean): Promise<void> {
  while (!isSo()) await read(client);
}

it('shares calls evenly between the addresses of a name', async () => {
  const all = await Promise.all(hosts.slice(0, 3).map((host) => start(host)));
  names.set(name, hosts.slice(0, 3));
  const client = connect();
  await callUntil(client, () => all.every(({ calls }) => calls > 0));
  all.forEach((replica) => (replica.calls = 0));
  for (let call = 0; call < 30; call += 1) await read(client);
  expect(all.map(({ calls }) => calls)).toEqual([10, 10, 10]);
});

it('gives a new replica its share without losing a call, because connections have an age', async () => {
  await start(hosts[0], 200);
  await start(hosts[1], 200);
  names.set(name, hosts.slice(0, 2));
  const client = connect({ channelOptions: { 'grpc.dns_min_time_between_resolutions_ms': 50 } });
  await read(client);
  const added = await start(hosts[2], 200);
  names.set(name, hosts.slice(0, 3));
  await callUntil(client, () => added.calls >= 20);
});

it('keeps to its replicas for as long as their connections live', async () => {
  await start(hosts[0]);
  names.set(name, [hosts[0]]);
  const client = connect({ channelOptions: { 'grpc.dns_min_time_between_resolutions_ms': 1 } });
  await read(client);
  const added = await start(hosts[1]);
  names.set(name, hosts.slice(0, 2));
  for (let call = 0; call < 50; call += 1) await read(client);
  expect(added.calls).toBe(0);
});

it('loses no call when replicas are replaced one after another under load', async () => {
  const [first, second] = await Promise.all([start(hosts[0]), start(hosts[1])]);
  names.set(name, hosts.slice(0, 2));
  const client = connect({ channelOptions: { 'grpc.dns_min_time_between_resolutions_ms': 50 } });
  const over = new AbortController();
  const work = async (): Promise<void> => {
    // Orders: nothing repeats them, so that each one that fails is seen.
    while (!over.signal.aborted) await client.createGeneration(order);
  };
  const load = Array.from({ length: 8 }, work);
  const third = await start(hosts[2]);
  names.set(name, [hosts[1], hosts[2]]);
  await first.drain();
  await callUntil(client, () => third.calls > 20);
  const fourth = await start(hosts[3]);
  names.set(name, [hosts[2], hosts[3]]);
  await second.drain();
  await callUntil(client, () => fourth.calls > 20);
  over.abort();
  await expect(Promise.all(load)).resolves.toHaveLength(8);
});

it('leaves a replica alone that fails, and comes back when it is well', async () => {
  const [well, alsoWell, sick] = await Promise.all([start(hosts[0]), start(hosts[1]), start(hosts[2])]);
  names.set(name, hosts.slice(0, 3));
  // INTERNAL is not repeated: the caller would see it.
  sick.answer = status.INTERNAL;
  const client = connect({ ejection: { intervalMs: 100, ejectionMs: 300, minimumCalls: 5 } });
  while (sick.calls === 0) await failures(client, 6);
  // A round without a failure, with more calls than there are replicas, means that it is left alone.
  while ((await failures(client, 6)) > 0);
  const whenLeftAlone = sick.calls;
  expect(await failures(client, 6)).toBe(0);
  expect(sick.calls).toBe(whenLeftAlone);
  sick.answer = status.OK;
  await callUntil(client, () => sick.calls > whenLeftAlone + 5);
  expect(well.calls).toBeGreaterThan(0);
  expect(alsoWell.calls).toBeGreaterThan(0);
});

it('never gives up the only address, nor both of two, nor two of three', async () => {
  const one = await start(hosts[0]);
  one.answer = status.INTERNAL;
  names.set(name, [hosts[0]]);
  const ejection = { intervalMs: 20, ejectionMs: 60_000, minimumCalls: 1 };
  const client = connect({ ejection });
  for (let round = 0; round < 20; round += 1) await failures(client, 20);
  expect(one.calls).toBe(400);

  const more = await Promise.all([start(hosts[1]), start(hosts[2])]);
  more.forEach((replica) => (replica.answer = status.INTERNAL));
  names.set(name, hosts.slice(1, 3));
  const other = connect({ ejection, channelOptions: { 'grpc.use_local_subchannel_pool': 1 } });
  for (let round = 0; round < 20; round += 1) expect(await failures(other, 20)).toBe(20);
  expect(more.reduce((sum, { calls }) => sum + calls, 0)).toBe(400);

  const all = [...more, await start(hosts[3])];
  // A caller's mistake counts as well.
  all.forEach((replica) => (replica.answer = status.NOT_FOUND));
  names.set(name, hosts.slice(1, 4));
  const third = connect({ ejection, channelOptions: { 'grpc.use_local_subchannel_pool': 1 } });
  await failures(third, 9);
  do {
    all.forEach((replica) => (replica.calls = 0));
    await failures(third, 9);
  } while (all.every(({ calls }) => calls > 0));
  expect(all.filter(({ calls }) => calls > 0)).toHaveLength(2);
});

it('asks another replica when one is unavailable, where repeating is safe', async () => {
  const [sick, well] = await Promise.all([start(hosts[0]), start(hosts[1])]);
  sick.answer = status.UNAVAILABLE;
  names.set(name, hosts.slice(0, 2));
  const client = connect();
  for (let call = 0; call < 20; call += 1) await read(client);
  expect(well.calls).toBe(20);
  expect(sick.calls).toBeGreaterThan(0);
});

it('repeats no call that orders work', async () => {
  const sick = await start(hosts[0]);
  sick.answer = status.UNAVAILABLE;
  names.set(name, [hosts[0]]);
  await expect(connect().createGeneration(order)).rejects.toMatchObject({ code: 'UNAVAILABLE' });
  expect(sick.calls).toBe(1);
});

it('repeats little when everything is unavailable: the budget is used up', async () => {
  const all = await Promise.all([start(hosts[0]), start(hosts[1])]);
  all.forEach((replica) => (replica.answer = status.UNAVAILABLE));
  names.set(name, hosts.slice(0, 2));
  const client = connect();
  expect(await failures(client, 300)).toBe(300);
  const attempts = all.reduce((sum, { calls }) => sum + calls, 0);
  // 100 tokens, repeating stops below 51, each failed attempt takes one.
  expect(attempts).toBeGreaterThanOrEqual(300);
  expect(attempts).toBeLessThanOrEqual(350);
});

it('waits no longer than the deadline for a replica that says nothing', async () => {
  const silent = await start(hosts[0]);
  silent.answer = 'nothing';
  names.set(name, [hosts[0]]);
  const call = connect().getGeneration({ generationId: 'g' }, { timeoutMs: 100 });
  await expect(call).rejects.toMatchObject({ code: 'DEADLINE_EXCEEDED' });
});

it('gives every method of every contract a deadline', async () => {
  const { fileDescriptorSet } = await import('@atelier/contracts/descriptors');
  const { fromBinary } = await import('@bufbuild/protobuf');
  const { FileDescriptorSetSchema } = await import('@bufbuild/protobuf/wkt');
  const methods = fromBinary(FileDescriptorSetSchema, fileDescriptorSet).file.flatMap((file) =>
    file.service.flatMap((service) =>
      service.method.map((method) => ({ service: `${file.package}.${service.name}`, method: method.name })),
    ),
  );
  const configs = Object.values(serviceConfigs).flatMap((text) => (JSON.parse(text) as ServiceConfig).methodConfig);
  const isBounded = (one: { service: string; method: string }): boolean =>
    configs.some(
      (config) =>
        config.timeout !== undefined &&
        config.name.some(({ service, method }) => service === one.service && (method ?? one.method) === one.method),
    );
  expect(methods.length).toBeGreaterThan(50);
  expect(methods.filter((method) => !isBounded(method))).toEqual([]);
});

interface ServiceConfig {
  readonly methodConfig: readonly {
    readonly name: readonly { readonly service: string; readonly method?: string }[];
    readonly timeout?: string;
  }[];
}

/** How many of so many calls at once fail. */
async function failures(client: GrpcClient<Definition>, count: number): Promise<number> {
  const results = await Promise.allSettled(Array.from({ length: count }, () => read(client)));
  return results.filter(({ status: outcome }) => outcome === 'rejected').length;
}

/** On all addresses of the loopback network. */
async function portThatIsFree(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', () => resolve()));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
