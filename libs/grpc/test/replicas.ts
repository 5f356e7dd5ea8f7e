import dns from 'node:dns';
import { GenerationServiceService as definition, GetGenerationResponse } from '@atelier/contracts/generation/v1';
import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall, status } from '@grpc/grpc-js';
import { grpcServerOptions } from '../src/index.js';

export type Definition = typeof definition;

/** One replica of a service on an address of the loopback network, with the server options of every service. */
export class Replica {
  /** Calls that arrived. */
  calls = 0;
  /** What to answer instead of a generation. */
  answer: status | 'nothing' = status.OK;
  readonly #server: Server;

  private constructor(
    readonly host: string,
    maxConnectionAgeMs: number | undefined,
  ) {
    const { options } = grpcServerOptions({
      address: host,
      packageName: 'atelier.generation.v1',
      services: {},
      ...(maxConnectionAgeMs === undefined ? {} : { maxConnectionAgeMs }),
      onServer: () => {},
    });
    this.#server = new Server(options.channelOptions as Record<string, number>);
    this.#server.addService(
      { getGeneration: definition.getGeneration, createGeneration: definition.createGeneration },
      { getGeneration: this.#serve, createGeneration: this.#serve },
    );
  }

  static async start(host: string, port: number, maxConnectionAgeMs?: number): Promise<Replica> {
    const replica = new Replica(host, maxConnectionAgeMs);
    await new Promise<void>((resolve, reject) =>
      replica.#server.bindAsync(`${host}:${port}`, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      ),
    );
    return replica;
  }

  readonly #serve = (_call: ServerUnaryCall<unknown, unknown>, done: sendUnaryData<unknown>): void => {
    this.calls += 1;
    if (this.answer === 'nothing') return;
    // Both methods answer with a generation alone.
    if (this.answer === status.OK) done(null, GetGenerationResponse.create({}));
    else done({ code: this.answer, details: 'as told' });
  };

  /** As a pod that ends in an orderly way: running calls are answered. */
  drain(): Promise<void> {
    return new Promise((resolve) => this.#server.tryShutdown(() => resolve()));
  }

  /** Connections break. */
  kill(): void {
    this.#server.forceShutdown();
  }
}

/** Names that resolve to what a test says, through grpc-js's own DNS resolver, as a headless Service's name would. */
export class TestNames {
  readonly #addresses = new Map<string, readonly string[]>();
  readonly #lookup = dns.promises.lookup;

  constructor() {
    const lookup = async (name: string): Promise<dns.LookupAddress[]> => {
      const addresses = this.#addresses.get(name);
      if (!addresses) throw new Error(`${name} has no address`);
      return addresses.map((address) => ({ address, family: 4 }));
    };
    dns.promises.lookup = lookup as unknown as typeof dns.promises.lookup;
  }

  set(name: string, addresses: readonly string[]): void {
    this.#addresses.set(name, addresses);
  }

  restore(): void {
    dns.promises.lookup = this.#lookup;
  }
}
