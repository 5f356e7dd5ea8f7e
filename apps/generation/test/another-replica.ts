import { loadCatalogue } from '@atelier/model-catalog';
import { createLogger } from '@atelier/service-defaults';
import { ProviderControl } from '../src/infra/provider-control.js';
import { ProviderRegistry } from '../src/infra/provider-registry.js';
import { SqlModelSamples } from '../src/infra/sql-model-samples.js';
import { SqlProviderControl } from '../src/infra/sql-provider-control.js';
import { FakeProvider } from './fake-provider.js';
import type { Harness } from './harness.js';

const logger = createLogger({ service: 'generation', version: 'test', level: 'silent' });

/** A second process on the same database. */
export function anotherReplica({ db }: Pick<Harness, 'db'>): { providers: ProviderRegistry; control: ProviderControl } {
  const adapter = new FakeProvider('replicate', 'with_jobs');
  const providers = new ProviderRegistry({
    providers: [{ adapter, sandbox: true }],
    circuits: { failureThreshold: 5, resetTimeoutMs: 60_000, successThreshold: 3 },
    logger,
    onCircuitChange: () => {},
  });
  const samples = new SqlModelSamples(db, loadCatalogue());
  return { providers, control: new ProviderControl({ store: new SqlProviderControl(db), samples, providers, logger }) };
}
