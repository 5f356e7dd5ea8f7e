import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';
import { GenerationChange, type UsageEvent } from '@atelier/contracts/usage/v1';
import { workflowFromWire } from '@atelier/contracts/workflow-names';
import { counter, gauge, type Logger } from '@atelier/service-defaults';
import type { QueuePicture } from './queue-control.js';

const everyMs = 15_000;

const waiting = gauge({
  name: 'atelier_generations_waiting',
  help: 'Generations that wait for their turn, in all processes',
  labelNames: ['provider'],
});
const running = gauge({
  name: 'atelier_generations_running',
  help: 'Generations that are worked on, in all processes',
  labelNames: ['provider'],
});
const cost = counter({
  name: 'atelier_cost_dollars_total',
  help: 'Dollars spent, as far as analytics was told; the ledger is what counts',
  labelNames: ['kind', 'provider', 'workflow', 'service_version'],
});
const completed = counter({
  name: 'atelier_generations_completed_total',
  help: 'Generations that ended well, as far as analytics was told',
  labelNames: ['service_version'],
});
const circuit = gauge({
  name: 'atelier_circuit_open',
  help: 'Circuits of models that left the closed state since the start: 1 open, 0.5 half open, 0 closed again',
  labelNames: ['provider', 'model'],
});
const openness: Readonly<Record<string, number>> = { open: 1, half_open: 0.5, closed: 0 };

/** A circuit changed its state. Models are those of the catalogue. */
export function showCircuit(change: { provider: string; modelId: string; state: string }): void {
  circuit.set({ provider: change.provider, model: change.modelId }, openness[change.state] ?? 1);
}

/** Counts money and ended generations in events that were delivered, for the version that wrote them: any other may deliver. */
export function countCosts(events: readonly UsageEvent[]): void {
  for (const { costRecorded, generationChanged, serviceVersion } of events) {
    if (generationChanged?.change === GenerationChange.GENERATION_CHANGE_COMPLETED)
      completed.inc({ service_version: serviceVersion });
    if (!costRecorded) continue;
    const { kind, provider, workflow, amountMicros } = costRecorded;
    const labels = { kind, provider, workflow: workflowFromWire(workflow) ?? '', service_version: serviceVersion };
    cost.inc(labels, amountMicros / 1_000_000);
  }
}

/** The length of the queue in /metrics; some seconds old at most. */
export class QueueFigures implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly picture: () => Promise<Pick<QueuePicture, 'providers'>>,
    private readonly logger: Logger,
  ) {}

  onApplicationBootstrap(): void {
    void this.sample();
    this.timer = setInterval(() => void this.sample(), everyMs).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  /** Never rejects. */
  async sample(): Promise<void> {
    try {
      const { providers } = await this.picture();
      waiting.reset();
      running.reset();
      for (const one of providers) {
        waiting.set({ provider: one.provider }, one.waiting);
        running.set({ provider: one.provider }, one.running);
      }
    } catch (error) {
      this.logger.warn({ err: error }, 'the length of the queue could not be read');
    }
  }
}
