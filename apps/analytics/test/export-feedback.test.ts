import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AnalyticsServiceService } from '@atelier/contracts/analytics/v1';
import { Workflow } from '@atelier/contracts/creative/v1';
import { UsageEvent } from '@atelier/contracts/usage/v1';
import { createGrpcClient } from '@atelier/grpc';
import { systemIdentity } from '@atelier/identity';
import { openDatabase } from '@atelier/persistence';
import { loadConfig } from '@atelier/service-defaults';
import { callAs, openTestDatabase, socketAddress, testRuntime } from '@atelier/testing';
import { v7 as uuidv7 } from 'uuid';
import { exportFeedback } from '../src/export/export-feedback.js';
import { analyticsConfig, startAnalytics } from '../src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'atelier-export-'));
const dataDir = join(folder, 'data');
afterAll(() => rmSync(folder, { recursive: true }));

async function run(args: string[], env: NodeJS.ProcessEnv = { DATA_DIR: dataDir }) {
  let [out, report] = ['', ''];
  const code = await exportFeedback({
    args,
    env,
    out: (text) => void (out += text),
    report: (text) => void (report += text),
  });
  return { code, out, report };
}

const event = (what: Parameters<typeof UsageEvent.create>[0]): UsageEvent =>
  UsageEvent.create({ eventId: uuidv7(), occurTime: new Date(), userId: 'sarah', service: 'gateway', ...what });
const plan = (requestId: string, prompt: string, more: object = {}): UsageEvent =>
  event({
    requestId,
    planCompleted: {
      prompt,
      workflow: Workflow.WORKFLOW_IMAGE_EDITING,
      source: 'local',
      confidence: 0.93,
      classifierVersion: 'm1',
      workingImages: 1,
      ...more,
    },
  });
const feedback = (planRequestId: string, correct: boolean, more: object = {}): UsageEvent =>
  event({ feedbackGiven: { planRequestId, correct, ...more } });
const events = [
  plan('r-1', 'make @sarah wave', { references: 1 }),
  plan('r-2', 'a bit brighter', { confidence: 0.6 }),
  plan('r-3', 'hm'),
  feedback('r-1', false, { expectedWorkflow: Workflow.WORKFLOW_IMAGE_TO_VIDEO }),
  feedback('r-2', true),
  feedback('r-3', false),
  feedback('somebody-elses', true),
];

it('exports what was judged over the contract, once nothing else has the data open', async () => {
  const server = process.env['TEST_DATABASE_URL'] ? await openTestDatabase() : undefined;
  const database = server?.database ?? (await openDatabase({ dataDir }));
  const env = server?.url ? { DATABASE_URL: server.url } : { DATA_DIR: dataDir };
  const running = await startAnalytics({
    config: loadConfig(analyticsConfig, {}),
    runtime: testRuntime('analytics').runtime,
    address: socketAddress(),
    database,
  });
  const client = createGrpcClient(AnalyticsServiceService, { target: running.address });
  await client.ingestUsageEvents({ events }, { context: callAs(systemIdentity('gateway')) });
  const stats = await client.getClassificationStats({ windowS: 0 }, { context: callAs('sarah') });
  expect(stats).toMatchObject({ feedbackCount: 3, accuracy: 1 / 3 });
  client.close();
  await running.close();
  if (!server) {
    const refused = await run([], env);
    expect(refused).toMatchObject({ code: 1, out: '' });
    expect(refused.report).toMatch(/^feedback:export: [^\n]* is in use by process \d+; [^\n]*\n$/);
    await database.close();
  }

  const { code, out, report } = await run([], env);
  expect({ code, lines: out.split('\n').length }).toEqual({ code: 0, lines: 2 });
  expect(JSON.parse(out)).toMatchObject({
    prompt: 'make @ref1 wave',
    lang: 'und',
    when: [{ label: 'image_to_video', contexts: ['RW'] }],
    was: 'image_editing',
    confidence: 0.93,
  });
  expect(report).toContain('judged plans: 3\nexported: corrections 1, confirmations 0\n');

  const [file, aside] = [join(folder, 'candidates.jsonl'), join(folder, 'aside.jsonl')];
  await expect(run(['--include-correct', '--out', file, '--aside', aside], env)).resolves.toMatchObject({
    code: 0,
    out: '',
  });
  const read = (path: string): { prompt: string }[] =>
    readFileSync(path, 'utf8')
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { prompt: string });
  expect(read(file).map(({ prompt }) => prompt)).toEqual(['make @ref1 wave', 'a bit brighter']);
  expect(read(aside)).toMatchObject([{ prompt: 'hm', reason: 'expected_workflow_missing' }]);
  expect(statSync(file).mode & 0o077).toBe(0);
  await expect(run(['--out', file], env)).resolves.toMatchObject({ code: 2 });
  await server?.close();
}, 120_000);

it('makes no database where there is none', async () => {
  const missing = join(folder, 'missing');
  const { code, report } = await run([], { DATA_DIR: missing });
  expect({ code, lines: report.split('\n').length }).toEqual({ code: 1, lines: 2 });
  expect(existsSync(missing)).toBe(false);
});

it('says in one line that a server can not be reached', async () => {
  const { code, report } = await run([], { DATABASE_URL: 'postgres://u:secret@127.0.0.1:1/none' });
  expect({ code, lines: report.split('\n').length }).toEqual({ code: 1, lines: 2 });
  expect(report).not.toContain('secret');
});

it.each([
  [['--min-confidence', '2']],
  [['--min-confidence', 'very']],
  [['--min-users', '0']],
  [['--min-users', '1.5']],
  [['--since', 'yesterday']],
  [['--since', '2026-13-01']],
  [['--out']],
  [['--out', '']],
  [['--out', 'same', '--aside', './same']],
  [['--what']],
  [['surplus']],
])('refuses wrong usage in one line and opens nothing: %j', async (args) => {
  const { code, out, report } = await run(args, { DATA_DIR: join(folder, 'missing') });
  expect({ code, out, lines: report.split('\n').length }).toEqual({ code: 2, out: '', lines: 2 });
});

it('explains itself', async () => {
  const { code, out } = await run(['--help'], {});
  expect(code).toBe(0);
  expect(out).toContain('--min-users');
});
