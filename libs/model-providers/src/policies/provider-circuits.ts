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

/** What an operator decided about a circuit: held in a state, or left to itself. */
export type CircuitHold = 'open' | 'closed' | undefined;

/** The circuits of one provider, one for each model that was called. */
export class ProviderCircuits {
  readonly #circuits = new Map<string, CircuitBreaker>();
  #holdOf: (modelId: string) => CircuitHold = () => undefined;

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
    follow(circuit, this.#holdOf(modelId));
    return circuit;
  }

  /** Takes over what an operator decided, for the circuits there are and those to come. */
  hold(holdOf: (modelId: string) => CircuitHold): void {
    this.#holdOf = holdOf;
    for (const [modelId, circuit] of this.#circuits) follow(circuit, holdOf(modelId));
  }

  /** `closed` for a model that was never called, unless an operator holds it open. */
  stateOf(modelId: string): CircuitState {
    return this.#circuits.get(modelId)?.state ?? this.#holdOf(modelId) ?? 'closed';
  }

  snapshot(): readonly (CircuitSnapshot & { readonly modelId: string })[] {
    return [...this.#circuits].map(([modelId, circuit]) => ({ modelId, ...circuit.snapshot() }));
  }

  /** The circuits of the models that are meant, closed with nothing counted; what holds them still holds them. */
  reset(isMeant: (modelId: string) => boolean): void {
    for (const [modelId, circuit] of this.#circuits) {
      if (!isMeant(modelId)) continue;
      circuit.reset();
      follow(circuit, this.#holdOf(modelId));
    }
  }

  /** Stops the timers; the circuits must not be used afterwards. */
  dispose(): void {
    for (const circuit of this.#circuits.values()) circuit.dispose();
  }
}

function follow(circuit: CircuitBreaker, hold: CircuitHold): void {
  if (circuit.snapshot().forced === hold) return;
  if (hold === 'open') circuit.forceOpen();
  else if (hold === 'closed') circuit.forceClose();
  else circuit.reset();
}
