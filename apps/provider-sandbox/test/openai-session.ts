import OpenAI from 'openai';
import { startProviderSandbox, type FaultRule, type ProviderSandbox } from '../src/index.js';
import type { SandboxSurroundings } from '../src/server.js';
import { ContractRecorder, openAiContract } from './contract-recorder.js';

const contract = openAiContract();

const opened: { sandbox: ProviderSandbox; recorder: ContractRecorder }[] = [];

afterEach(async () => {
  const sessions = opened.splice(0);
  await Promise.all(sessions.map(({ sandbox }) => sandbox.close()));
  expect(sessions.flatMap(({ recorder }) => recorder.violations())).toEqual([]);
});

/** A sandbox of its own with the official SDK on it; after the test every exchange is held against the document. */
export interface OpenAiSession {
  readonly sandbox: ProviderSandbox;
  readonly api: OpenAI;
  /** Replaces the fault rules. */
  misbehave(...rules: (Partial<Omit<FaultRule, 'fault'>> & { readonly fault: object })[]): Promise<void>;
}

/** Everything is immediate and the control API is on. */
export async function openOpenAiSession(surroundings: SandboxSurroundings = {}): Promise<OpenAiSession> {
  const sandbox = await startProviderSandbox({ timeScale: 0, control: true }, surroundings);
  const recorder = new ContractRecorder(() => sandbox.openaiBaseUrl, contract);
  opened.push({ sandbox, recorder });
  return {
    sandbox,
    api: new OpenAI({ apiKey: 'test-key', baseURL: sandbox.openaiBaseUrl, maxRetries: 0, fetch: recorder.fetch }),
    misbehave: async (...rules) => {
      const answer = await fetch(`${sandbox.url}/sandbox/control/faults`, {
        method: 'PUT',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(rules),
      });
      expect(answer.status).toBe(200);
    },
  };
}
