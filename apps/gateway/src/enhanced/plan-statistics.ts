import { counter } from '@atelier/service-defaults';
import type { Plan } from './plan.js';

const plans = counter({
  name: 'atelier_plans_total',
  help: 'Plans by how they came about: planned, fallback, error',
  labelNames: ['outcome'],
});

/** How the latest plans went. */
interface Outcome {
  readonly kind: 'planned' | 'fallback' | 'error';
  readonly ms: number;
}

/** Figures of all plans since the start of this gateway. */
export interface PlanFigures {
  readonly classifications: number;
  readonly cacheHits: number;
  readonly fallbacks: number;
  readonly errors: number;
  readonly corrections: number;
  readonly avgConfidence: number;
  readonly avgProcessingMs: number;
  readonly byWorkflow: Readonly<Record<string, number>>;
  readonly bySource: Readonly<Record<string, number>>;
}

/** Figures of the latest plans only, so that an outage that is over stops showing. */
export interface RecentFigures {
  /** Plans that were understood, 0..1; 1 without any. */
  readonly successRate: number;
  readonly fallbackRate: number;
  readonly avgProcessingMs: number;
}

const recentPlans = 1_000;

/** Counts plans in this process; analytics keeps what must survive it. */
export class PlanStatistics {
  readonly #byWorkflow = new Map<string, number>();
  readonly #bySource = new Map<string, number>();
  readonly #recent: Outcome[] = [];
  #next = 0;
  #planned = 0;
  #cacheHits = 0;
  #fallbacks = 0;
  #errors = 0;
  #corrections = 0;
  #confidence = 0;
  #ms = 0;
  #classificationUs = 0;

  record(plan: Plan): void {
    const { intent, fallbackUsed, processingMs } = plan;
    this.#planned += 1;
    this.#ms += processingMs;
    this.#confidence += intent.confidence;
    this.#classificationUs += intent.classificationUs;
    if (intent.cacheHit) this.#cacheHits += 1;
    // A fallback inside the classifier counts as much as one in front of it.
    if (intent.source === 'fallback') this.#fallbacks += 1;
    if (intent.correctedFrom) this.#corrections += 1;
    count(this.#byWorkflow, plan.workflow);
    count(this.#bySource, intent.source);
    this.#remember({ kind: fallbackUsed ? 'fallback' : 'planned', ms: processingMs });
  }

  recordError(): void {
    this.#errors += 1;
    this.#remember({ kind: 'error', ms: 0 });
  }

  /** Hits and misses of the classifier's cache as seen from here. */
  get cache(): { hits: number; misses: number; avgLatencyMs: number } {
    const avgLatencyMs = this.#planned === 0 ? 0 : this.#classificationUs / 1000 / this.#planned;
    return { hits: this.#cacheHits, misses: this.#planned - this.#cacheHits, avgLatencyMs };
  }

  figures(): PlanFigures {
    const average = (sum: number): number => (this.#planned === 0 ? 0 : sum / this.#planned);
    return {
      classifications: this.#planned,
      cacheHits: this.#cacheHits,
      fallbacks: this.#fallbacks,
      errors: this.#errors,
      corrections: this.#corrections,
      avgConfidence: average(this.#confidence),
      avgProcessingMs: average(this.#ms),
      byWorkflow: Object.fromEntries(this.#byWorkflow),
      bySource: Object.fromEntries(this.#bySource),
    };
  }

  recent(): RecentFigures {
    const all = this.#recent.length;
    const of = (kind: Outcome['kind']): number => this.#recent.filter((outcome) => outcome.kind === kind).length;
    if (all === 0) return { successRate: 1, fallbackRate: 0, avgProcessingMs: 0 };
    return {
      successRate: of('planned') / all,
      fallbackRate: of('fallback') / all,
      avgProcessingMs: this.#recent.reduce((sum, { ms }) => sum + ms, 0) / all,
    };
  }

  #remember(outcome: Outcome): void {
    plans.inc({ outcome: outcome.kind });
    this.#recent[this.#next] = outcome;
    this.#next = (this.#next + 1) % recentPlans;
  }
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
