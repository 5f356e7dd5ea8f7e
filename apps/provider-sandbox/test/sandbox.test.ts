import { startProviderSandbox } from '../src/index.js';
import { readSandboxConfig } from '../src/sandbox-config.js';

it('says where each API is', async () => {
  const sandbox = await startProviderSandbox({ timeScale: 0 });
  try {
    expect(sandbox.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect(sandbox).toMatchObject({
      openaiBaseUrl: `${sandbox.url}/openai/v1`,
      replicateBaseUrl: `${sandbox.url}/replicate/v1`,
      geminiBaseUrl: `${sandbox.url}/gemini/v1beta`,
    });
  } finally {
    await sandbox.close();
  }
});

it('refuses a port that is taken', async () => {
  const sandbox = await startProviderSandbox({ timeScale: 0 });
  try {
    const port = Number(new URL(sandbox.url).port);
    await expect(startProviderSandbox({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' });
  } finally {
    await sandbox.close();
  }
});

it('closes at once although callers are still waiting', async () => {
  const sandbox = await startProviderSandbox({ timeScale: 1_000 });
  const answer = fetch(`${sandbox.replicateBaseUrl}/models/google/veo-2/predictions`, {
    method: 'POST',
    headers: { authorization: 'Bearer t', 'content-type': 'application/json', prefer: 'wait' },
    body: JSON.stringify({
      input: { prompt: 'a' },
      webhook: 'https://atelier.example/',
      webhook_events_filter: ['logs'],
    }),
  }).catch((error: unknown) => error);
  while (sandbox.creations.length === 0) await new Promise(setImmediate);
  await sandbox.close();
  await expect(fetch(sandbox.url)).rejects.toThrow('fetch failed');
  await answer;
});

it('makes links for the address that the caller used', async () => {
  const sandbox = await startProviderSandbox({ timeScale: 0 });
  try {
    const base = sandbox.replicateBaseUrl.replace('127.0.0.1', 'localhost');
    const answer = await fetch(`${base}/models/google/veo-2/predictions`, {
      method: 'POST',
      headers: { authorization: 'Bearer t', 'content-type': 'application/json' },
      body: JSON.stringify({ input: { prompt: 'a' } }),
    });
    expect(await answer.json()).toMatchObject({ urls: { get: expect.stringContaining('http://localhost:') } });
  } finally {
    await sandbox.close();
  }
});

describe('the configuration', () => {
  it('has defaults that keep the control API shut', () => {
    expect(readSandboxConfig({})).toEqual({ port: 4010, host: '127.0.0.1', timeScale: 1, control: false });
  });

  it('comes from the environment', () => {
    const environment = {
      SANDBOX_PORT: '0',
      SANDBOX_HOST: '0.0.0.0',
      SANDBOX_TIME_SCALE: '0.5',
      SANDBOX_CONTROL: 'true',
    };
    expect(readSandboxConfig(environment)).toEqual({ port: 0, host: '0.0.0.0', timeScale: 0.5, control: true });
  });

  it('names what it cannot take', () => {
    expect(() => readSandboxConfig({ SANDBOX_PORT: 'high' })).toThrow('SANDBOX_PORT');
  });
});
