import { jest } from '@jest/globals';
import { probeTimeoutMs, runProbes } from './probe.js';

describe('probes', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('take a silent part for down well within a second, without waiting for one after the other', async () => {
    jest.useFakeTimers();
    const silent = { name: 'silent', check: () => new Promise(() => undefined) };
    const report = runProbes([silent, { ...silent, name: 'mute' }, { name: 'quick', check: async () => 1 }]);
    await jest.advanceTimersByTimeAsync(probeTimeoutMs);
    expect((await report).map(({ name, status }) => [name, status])).toEqual([
      ['silent', 'down'],
      ['mute', 'down'],
      ['quick', 'up'],
    ]);
    expect(probeTimeoutMs).toBeLessThan(1000);
  });

  it('take a part that throws for down', async () => {
    const broken = {
      name: 'broken',
      check: () => {
        throw new Error('no');
      },
    };
    expect(await runProbes([broken])).toMatchObject([{ status: 'down' }]);
  });
});
