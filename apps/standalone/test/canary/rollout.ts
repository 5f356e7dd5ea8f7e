import { setTimeout as pause } from 'node:timers/promises';
import { analyse, type AnalysisOptions, type Verdict } from './analysis.js';
import type { CanaryEnvoy, Track } from './canary-envoy.js';
import type { Observed } from './observed.js';
import { Replica } from './service-version.js';

/** Where replicas run and how they are started. */
export interface RolloutOptions {
  readonly envoy: CanaryEnvoy;
  readonly observed: Observed;
  readonly env: NodeJS.ProcessEnv;
  readonly replicas: number;
  readonly analysis: Omit<AnalysisOptions, 'service' | 'version' | 'prometheus'>;
  readonly log: (line: string) => void;
}

/** Between the end of a replica's traffic and its stop signal, as the chart's preStop. */
const preStopMs = 300;

/** What Argo Rollouts does with two versions of one service, with processes for pods. */
export class Rollout {
  #stable: Replica[] = [];
  #canary: Replica[] = [];

  private readonly service: string;
  private readonly options: RolloutOptions;

  constructor(service: string, options: RolloutOptions) {
    this.service = service;
    this.options = options;
  }

  get stable(): readonly Replica[] {
    return this.#stable;
  }

  get canary(): readonly Replica[] {
    return this.#canary;
  }

  /** The first version, with all its replicas. */
  async install(version: string): Promise<void> {
    this.#stable = await this.#start(version, this.options.replicas);
    await this.#route();
  }

  /** Starts a new version beside the old one; nobody is sent there yet. `observe` false: Prometheus never hears of it. */
  async begin(version: string, how: { readonly canFail?: boolean; readonly observe?: boolean } = {}): Promise<void> {
    this.#canary = await this.#start(version, 1, how.canFail);
    await this.#route(how.observe ?? true);
  }

  /** Judges the canary at the weight it has. */
  judge(): Promise<Verdict> {
    const [canary] = this.#canary;
    const { observed, analysis } = this.options;
    return analyse({
      ...analysis,
      prometheus: observed.url,
      service: this.service,
      version: canary?.version ?? '',
    });
  }

  /** Everybody gets the new version, which is the stable one from now on. */
  async promote(): Promise<void> {
    const { envoy, replicas } = this.options;
    const [canary] = this.#canary;
    if (!canary) throw new Error('there is no canary');
    this.#canary.push(...(await this.#start(canary.version, replicas - this.#canary.length)));
    await this.#route();
    await envoy.setWeight(100);
    const old = this.#stable;
    this.#stable = this.#canary;
    // Both names lead to the new version before the weights are those of the beginning again.
    await this.#route();
    await envoy.setWeight(0);
    this.#canary = [];
    await this.#retire(old);
  }

  /** Everybody gets the old version, at once. */
  async rollBack(): Promise<void> {
    await this.options.envoy.setWeight(0);
    const canary = this.#canary;
    this.#canary = [];
    await this.#retire(canary);
  }

  /** Replaces every replica of the stable version, one after the other; the new one serves before the old one ends. */
  async restart(): Promise<void> {
    for (const old of this.#stable.slice()) {
      const [fresh] = await this.#start(old.version, 1);
      if (fresh) this.#stable.push(fresh);
      await this.#route();
      this.#stable = this.#stable.filter((one) => one !== old);
      await this.#retire([old]);
    }
  }

  /** A replica gets its stop signal while calls are on their way to it; Envoy hears of it at the same moment. */
  async surprise(): Promise<void> {
    const [victim] = this.#stable;
    const [fresh] = await this.#start(victim?.version ?? '', 1);
    if (!victim || !fresh) throw new Error('nothing is running');
    this.#stable.push(fresh);
    await this.#route();
    this.#stable = this.#stable.filter((one) => one !== victim);
    const [code] = await Promise.all([victim.stop(), this.#route()]);
    if (code !== 0) throw new Error(`a replica ended with ${code} on SIGTERM`);
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#stable, ...this.#canary].map((one) => one.stop()));
  }

  /** Takes replicas out of the traffic, then ends them. */
  async #retire(replicas: readonly Replica[]): Promise<void> {
    await this.#route();
    await pause(preStopMs);
    const codes = await Promise.all(replicas.map((one) => one.stop()));
    const wrong = codes.find((code) => code !== 0);
    if (wrong !== undefined) throw new Error(`a replica ended with ${wrong} on SIGTERM`);
  }

  #start(version: string, count: number, canFail = false): Promise<Replica[]> {
    const { env, log } = this.options;
    log(`starting ${count} × ${version}`);
    return Promise.all(Array.from({ length: count }, () => Replica.start(version, env, canFail)));
  }

  /** Tells Envoy and Prometheus who is there. */
  async #route(observeCanary = true): Promise<void> {
    const { envoy, observed } = this.options;
    const ports = (replicas: readonly Replica[]): number[] => replicas.map(({ port }) => port);
    const nameOf = (replicas: readonly Replica[]): string => replicas[0]?.version ?? '';
    const versions: Record<Track, string> = { stable: nameOf(this.#stable), canary: nameOf(this.#canary) };
    await envoy.setReplicas('stable', ports(this.#stable));
    await envoy.setReplicas('canary', ports(this.#canary));
    await envoy.setVersions(versions);
    observed.scrape([...this.#stable, ...(observeCanary ? this.#canary : [])]);
  }
}
