import { EmbeddedSessions, type EmbeddedSession, type StartTimer } from './embedded-session.js';
import type { Engine, EngineOutcome } from './pglite-engine.js';

/** An engine that answers when the test says so, and keeps the state of the one session. */
class ManualEngine implements Engine {
  readonly log: string[] = [];
  #inTransaction = false;
  #held: (() => void)[] | undefined;

  /** From now on statements wait for `answerAll`. */
  hold(): void {
    this.#held = [];
  }

  /** Answers what waits, and from now on at once. */
  answerAll(): void {
    const held = this.#held ?? [];
    this.#held = undefined;
    for (const answer of held) answer();
  }

  async run(sql: string): Promise<EngineOutcome> {
    this.log.push(sql);
    if (this.#held) await new Promise<void>((resolve) => this.#held?.push(resolve));
    if (sql === 'begin') this.#inTransaction = true;
    if (sql === 'commit' || sql === 'ROLLBACK') this.#inTransaction = false;
    const inTransaction = this.#inTransaction;
    return sql === 'fail' ? { inTransaction, error: new Error('failed') } : { inTransaction, results: [] };
  }
}

describe('embedded sessions', () => {
  const timers = new Map<() => void, number>();
  const startTimer: StartTimer = (callback, ms) => {
    timers.set(callback, ms);
    return () => timers.delete(callback);
  };
  const runOut = (): void => timers.forEach((_ms, callback) => callback());
  let engine: ManualEngine;
  let sessions: EmbeddedSessions;

  beforeEach(() => {
    timers.clear();
    engine = new ManualEngine();
    sessions = new EmbeddedSessions(engine, 30_000, startTimer);
  });

  it('serve one after the other, in the order they came', async () => {
    const first = await sessions.acquire();
    const second = sessions.run('second');
    const third = sessions.run('third');
    await first.run('first');
    await first.release();
    await Promise.all([second, third]);
    expect(engine.log).toEqual(['first', 'second', 'third']);
  });

  it('roll back what their holder left open, before the next one', async () => {
    const careless = await sessions.acquire();
    await careless.run('begin');
    const next = sessions.run('next');
    await careless.release();
    await next;
    expect(engine.log).toEqual(['begin', 'ROLLBACK', 'next']);
  });

  it('roll back after a failed script', async () => {
    const session = await sessions.acquire();
    await session.run('begin');
    await expect(session.run('fail')).rejects.toThrow('failed');
    await session.release();
    expect(engine.log).toEqual(['begin', 'fail', 'ROLLBACK']);
  });

  it('do not run anything for whom they were released', async () => {
    const session = await sessions.acquire();
    await Promise.all([session.release(), session.release()]);
    await expect(session.run('late')).rejects.toThrow('already released');
    expect(engine.log).toEqual([]);
  });

  describe('after the time limit', () => {
    const timedOut = { code: '25P04', message: expect.stringContaining('more than 30000 ms') as string };
    let holder: EmbeddedSession;

    beforeEach(async () => {
      holder = await sessions.acquire();
      await holder.run('begin');
    });

    it('go to the next one, rolled back', async () => {
      const next = sessions.run('next');
      runOut();
      await next;
      expect(engine.log).toEqual(['begin', 'ROLLBACK', 'next']);
      await expect(holder.run('more')).rejects.toMatchObject(timedOut);
      await holder.release();
    });

    it('wait for the statement that runs, and do not report it as done', async () => {
      engine.hold();
      const running = holder.run('long');
      runOut();
      const next = sessions.run('next');
      expect(engine.log).toEqual(['begin', 'long']);
      engine.answerAll();
      await expect(running).rejects.toMatchObject(timedOut);
      await next;
      expect(engine.log).toEqual(['begin', 'long', 'ROLLBACK', 'next']);
    });

    it('still report a commit that got through', async () => {
      engine.hold();
      const commit = holder.run('commit');
      runOut();
      engine.answerAll();
      await expect(commit).resolves.toEqual([]);
      expect(engine.log).toEqual(['begin', 'commit']);
    });

    it('stay with a holder without a limit', async () => {
      await holder.release();
      timers.clear();
      await sessions.acquire(Infinity);
      expect(timers.size).toBe(0);
    });
  });

  it('forget the time limit once released', async () => {
    await sessions.run('quick');
    expect(timers.size).toBe(0);
  });

  it('refuse whoever waits when closed, and roll back the holder', async () => {
    const holder = await sessions.acquire();
    await holder.run('begin');
    const waiting = sessions.run('waiting');
    const closed = sessions.close();
    await expect(waiting).rejects.toThrow('the database is closed');
    await closed;
    await expect(holder.run('more')).rejects.toThrow('the database is closed');
    await expect(sessions.acquire()).rejects.toThrow('the database is closed');
    expect(engine.log).toEqual(['begin', 'ROLLBACK']);
  });
});
