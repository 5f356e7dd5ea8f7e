import {
  CircuitBreaker,
  type CircuitBreakerOptions,
  type CircuitSnapshot,
  type CircuitState,
} from '@atelier/resilience';
import { isProviderFault } from './provider-fault.js';

/** Thresholds of all circuits of one provider. */
export interface ProviderCircuitsOptions extends Pick<
  CircuitBreakerOptions,
  'failureThreshold' | 'resetTimeoutMs' | 'successThreshold' | 'now'
> {
  readonly onChange?: (change: { modelId: string; state: CircuitState; previous: CircuitState }) => void;
}

/** The circuits of one provider, one for each model that was called. */
export class ProviderCircuits {
  readonly #circuits = new Map<string, CircuitBreaker>();

  constructor(
    readonly provider: string,
    private readonly options: ProviderCircuitsOptions = {},
  ) {}

  /** The model's circuit, made when it is asked for first; an operator forces and resets it here. */
  of(modelId: string): CircuitBreaker {
    const known = this.#circuits.get(modelId);
    if (known !== undefined) return known;
    const { onChange, ...thresholds } = this.options;
    const circuit = new CircuitBreaker({
      ...thresholds,
      name: `${this.provider}/${modelId}`,
      isIgnored: (error) => !isProviderFault(error),
      onChange: (state, previous) => onChange?.({ modelId, state, previous }),
    });
    this.#circuits.set(modelId, circuit);
    return circuit;
  }

  /** `closed` for a model that was never called. */
  stateOf(modelId: string): CircuitState {
    return this.#circuits.get(modelId)?.state ?? 'closed';
  }

  snapshot(): readonly (CircuitSnapshot & { readonly modelId: string })[] {
    return [...this.#circuits].map(([modelId, circuit]) => ({ modelId, ...circuit.snapshot() }));
  }

  /** Stops the timers; the circuits must not be used afterwards. */
  dispose(): void {
    for (const circuit of this.#circuits.values()) circuit.dispose();
  }
}
