import { Injectable, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import type { ProviderHealth } from './provider-health.js';

/** With the time in which every replica of generation follows a decision, it takes effect here within 5 s. */
const intervalMs = 2_000;

/** Keeps the provider health fresh while the service runs. */
@Injectable()
export class HealthPolling implements OnApplicationBootstrap, OnModuleDestroy {
  private timer: NodeJS.Timeout | undefined;

  constructor(private readonly health: ProviderHealth) {}

  onApplicationBootstrap(): void {
    void this.health.refresh();
    this.timer = setInterval(() => void this.health.refresh(), intervalMs);
    this.timer.unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }
}
