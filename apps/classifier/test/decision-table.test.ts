import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig, metricsRegistry, StartRefused } from '@atelier/service-defaults';
import { socketAddress, testRuntime } from '@atelier/testing';
import { classifierConfig } from '../src/classifier.config.js';
import { ClassifierModule } from '../src/classifier.module.js';
import { IntentClassifier } from '../src/domain/classify-intent.js';
import { WatchedTable } from '../src/infra/decision-table/watched-table.js';

const builtIn = readFileSync(new URL('../data/decision-table.csv', import.meta.url), 'utf8');
const directory = mkdtempSync(join(tmpdir(), 'atelier-classifier-'));
const path = join(directory, 'table.csv');
afterAll(() => rmSync(directory, { recursive: true }));

type Provider = { provide: unknown; useValue: unknown };

async function register(env: Record<string, string>) {
  const config = loadConfig(classifierConfig, { GENERATION_URL: socketAddress('nobody'), ...env });
  const { runtime } = testRuntime('classifier');
  const { providers = [] } = await ClassifierModule.register(config, runtime);
  await runtime.close();
  const find = (token: unknown): unknown => (providers as Provider[]).find((one) => one.provide === token)?.useValue;
  return { classifier: find(IntentClassifier) as IntentClassifier, watched: find(WatchedTable) as WatchedTable };
}
const classify = (classifier: IntentClassifier) =>
  classifier.classify({
    prompt: 'a boat on a lake, silent video clip',
    context: { workingImages: 0, uploadedImages: 0, references: [] },
  });
async function metric(name: string): Promise<unknown> {
  const metrics = await metricsRegistry.getMetricsAsJSON();
  return metrics.find((one) => one.name === name)?.values.map(({ value, labels }) => ({ value, ...labels }));
}

describe('the decision table of the configuration', () => {
  it('is the one in force, takes over when it changes, and stays when the change is of no use', async () => {
    writeFileSync(path, builtIn);
    const { classifier, watched } = await register({ INTENT_DECISION_TABLE: path });
    const first = classifier.version;
    expect(await classify(classifier)).toMatchObject({ workflow: 'text_to_video', parameters: { audio: 'off' } });

    writeFileSync(path, builtIn.replace('text_to_video,,audio=off', 'text_to_video,,audio=off;fps=24'));
    await watched.look();
    await watched.look();
    const second = classifier.version;
    expect(second).not.toBe(first);
    expect(await classify(classifier)).toMatchObject({ source: 'local', parameters: { audio: 'off', fps: '24' } });
    expect(await metric('atelier_decision_table_info')).toEqual([{ value: 1, version: second.split('table-')[1] }]);

    writeFileSync(path, builtIn.replace('audio=off', 'audio=quiet'));
    await watched.look();
    await watched.look();
    expect(classifier.version).toBe(second);
    expect(await metric('atelier_decision_table_refused')).toEqual([{ value: 1 }]);
    expect(await metric('atelier_decision_table_reloads_total')).toEqual([
      { value: 1, outcome: 'replaced' },
      { value: 1, outcome: 'refused' },
    ]);
  });

  it('is not watched when it is the built-in one', async () => {
    expect((await register({})).watched).toBeUndefined();
  });

  it.each([
    ['is not there', undefined, "INTENT_DECISION_TABLE: The file can't be read."],
    ['has a hole', builtIn.replace(/^any,yes,unsaid.*\n/m, ''), 'INTENT_DECISION_TABLE: No row of the decision table'],
  ])('stops the start when it %s', async (_, text, problem) => {
    if (text === undefined) rmSync(path, { force: true });
    else writeFileSync(path, text);
    const refused = register({ INTENT_DECISION_TABLE: path });
    await expect(refused).rejects.toThrow(problem);
    await expect(refused).rejects.toBeInstanceOf(StartRefused);
  });
});
