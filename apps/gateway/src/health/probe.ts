/** Outcome of asking one part of the system. */
export interface ProbeResult {
  readonly name: string;
  readonly status: 'up' | 'down';
  readonly latency_ms: number;
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
      const status = await answersWithin(check, timeoutMs);
      return { name, status, latency_ms: Math.round((performance.now() - start) * 10) / 10 };
    }),
  );
}

async function answersWithin(check: () => Promise<unknown>, timeoutMs: number): Promise<'up' | 'down'> {
  let timer: NodeJS.Timeout | undefined;
  const silence = new Promise<'down'>((resolve) => {
    timer = setTimeout(() => resolve('down'), timeoutMs);
  });
  const answer = Promise.resolve()
    .then(check)
    .then(
      () => 'up' as const,
      () => 'down' as const,
    );
  return Promise.race([answer, silence]).finally(() => clearTimeout(timer));
}
