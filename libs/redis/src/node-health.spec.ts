import { chooseNode, NodeHealth } from './node-health.js';

const clock = (nowMs: number) => ({ nowMs, returnAfterMs: 60_000 });

function healthySince(nowMs: number): NodeHealth {
  const health = new NodeHealth();
  health.probed(nowMs);
  return health;
}

describe('the health of a server', () => {
  it('begins with a probe, ends with three failures in a row, and one answer between them saves it', () => {
    const health = new NodeHealth();
    health.answered();
    expect(health.healthy).toBe(false);
    health.probed(0);
    health.failed();
    health.failed();
    health.answered();
    health.failed();
    health.failed();
    expect(health.healthy).toBe(true);
    health.failed();
    expect(health.healthy).toBe(false);
  });

  it('ends at once with the connection, and counts its time from the probe that brought it back', () => {
    const health = healthySince(1_000);
    health.probed(5_000);
    expect(health.healthyForMs(6_000)).toBe(5_000);
    health.lost();
    expect(health.healthyForMs(6_000)).toBe(0);
    health.probed(7_000);
    expect(health.healthyForMs(8_000)).toBe(1_000);
  });
});

describe('commands go', () => {
  const away = new NodeHealth();

  it('to the primary whenever it is up and no backup serves', () => {
    expect(chooseNode('away', healthySince(0), undefined, clock(0))).toBe('primary');
    expect(chooseNode('primary', healthySince(0), healthySince(0), clock(0))).toBe('primary');
    expect(chooseNode('backup', healthySince(0), away, clock(1))).toBe('primary');
  });

  it('to the backup while the primary is away, and until it has answered for a minute', () => {
    expect(chooseNode('primary', away, healthySince(0), clock(0))).toBe('backup');
    expect(chooseNode('backup', healthySince(1_000), healthySince(0), clock(60_999))).toBe('backup');
    expect(chooseNode('backup', healthySince(1_000), healthySince(0), clock(61_000))).toBe('primary');
  });

  it('nowhere when none answers', () => {
    expect(chooseNode('primary', away, undefined, clock(0))).toBe('away');
    expect(chooseNode('backup', away, away, clock(0))).toBe('away');
  });
});
