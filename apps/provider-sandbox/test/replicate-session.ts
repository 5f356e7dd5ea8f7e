import Replicate from 'replicate';
import { startProviderSandbox, type ProviderSandbox, type ProviderSandboxOptions } from '../src/index.js';
import type { SandboxSurroundings } from '../src/server.js';
import { ContractRecorder, replicateContract } from './contract-recorder.js';

const contract = replicateContract();
const TOKEN = 'test-token';

const opened: { sandbox: ProviderSandbox; recorder: ContractRecorder }[] = [];

afterEach(async () => {
  const sessions = opened.splice(0);
  await Promise.all(sessions.map(({ sandbox }) => sandbox.close()));
  expect(sessions.flatMap(({ recorder }) => recorder.violations())).toEqual([]);
});

/** A sandbox of its own with the official SDK on it; after the test every exchange is held against the document. */
export interface ReplicateSession {
  readonly sandbox: ProviderSandbox;
  readonly api: Replicate;
  readonly contract: typeof contract;
  /** A recorded POST below the base URL, for what the SDK can't send. */
  post(path: string, body: object, headers?: Record<string, string>): Promise<Response>;
  /** A recorded GET below the base URL. */
  get(path: string): Promise<Response>;
  /** Fetches an output with the token, as the API asks for. */
  download(url: unknown): Promise<Response>;
  /** The status of the last recorded answer. */
  lastStatus(): number | undefined;
}

/** By default everything is immediate, so that waiting for a prediction takes no time. */
export async function openReplicateSession(
  options: ProviderSandboxOptions = { timeScale: 0 },
  surroundings: SandboxSurroundings = {},
): Promise<ReplicateSession> {
  const sandbox = await startProviderSandbox(options, surroundings);
  const recorder = new ContractRecorder(() => sandbox.replicateBaseUrl, contract);
  opened.push({ sandbox, recorder });
  const authorization = `Bearer ${TOKEN}`;
  return {
    sandbox,
    contract,
    api: new Replicate({
      auth: TOKEN,
      baseUrl: sandbox.replicateBaseUrl,
      fetch: recorder.fetch,
      useFileOutput: false,
    }),
    post: (path, body, headers = {}) =>
      recorder.fetch(`${sandbox.replicateBaseUrl}${path}`, {
        method: 'POST',
        headers: { authorization, 'content-type': 'application/json', ...headers },
        body: JSON.stringify(body),
      }),
    get: (path) => recorder.fetch(`${sandbox.replicateBaseUrl}${path}`, { headers: { authorization } }),
    download: (url) => fetch(String(url), { headers: { authorization } }),
    lastStatus: () => recorder.exchanges.at(-1)?.status,
  };
}
