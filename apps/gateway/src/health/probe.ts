/** Outcome of asking one part of the system. */
export interface ProbeResult {
  readonly name: string;
  readonly status: 'up' | 'down';
  readonly latency_ms: number;
  /** Of a service that said so. */
  readonly service_version?: string | undefined;
}

/** What the probe of a service resolves with. */
export class AnsweringVersion {
  constructor(readonly service_version: string | undefined) {}
}

/** A part of the system that can be asked whether it works; rejects when it does not. */
export interface Probe {
  readonly name: string;
  readonly check: () => Promise<unknown>;
}

/** Longest wait for one answer, so that a whole report stays under a second. */
export const probeTimeoutMs = 800;

/** Asks all parts at the same time; a silent one is down. Never rejects. */
export function runProbes(probes: readonly Probe[], timeoutMs = probeTimeoutMs): Promise<ProbeResult[]> {
  return Promise.all(
    probes.map(async ({ name, check }) => {
      const start = performance.now();
      const answer = await answerWithin(check, timeoutMs);
      const latency_ms = Math.round((performance.now() - start) * 10) / 10;
      return { name, ...answer, latency_ms };
    }),
  );
}

type Answer = Pick<ProbeResult, 'status' | 'service_version'>;

async function answerWithin(check: () => Promise<unknown>, timeoutMs: number): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<Answer>((resolve) => {
    timer = setTimeout(() => resolve({ status: 'down' }), timeoutMs);
  });
  const answer = Promise.resolve()
    .then(check)
    .then(
      (told): Answer => ({ status: 'up', ...(told instanceof AnsweringVersion ? told : {}) }),
      (): Answer => ({ status: 'down' }),
    );
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
}
