import { gatewayErrors } from '../gateway.errors.js';
import type { RequestCall } from '../http/request-call.js';
import { AdminActs } from './admin-acts.js';
import type { AuditEntry } from './audit-log.js';

const call = { requestId: 'r1', principal: { identity: { userId: 'root', keyId: 'k1' } } } as unknown as RequestCall;
const pause = { act: 'queue.pause', subjectKind: 'provider', subject: 'openai' };

function withLog(begin: () => Promise<string> = async () => 'a1') {
  const lines: unknown[] = [];
  const log = {
    begin: (entry: AuditEntry) => {
      lines.push(entry);
      return begin();
    },
    complete: async (id: string, outcome: string, after?: unknown) => void lines.push([id, outcome, after]),
  };
  return { lines, acts: new AdminActs(log, { info: () => {} }) };
}

it('says who begins to do what in which request before it is done, and what came of it', async () => {
  const { lines, acts } = withLog();
  const act = { ...pause, before: () => ({ paused: false }), after: (answer: string) => ({ answer }) };
  const work = async () => {
    lines.push('work');
    return 'paused';
  };
  expect(await acts.perform(call, act, work)).toBe('paused');
  expect(lines).toEqual([
    expect.objectContaining({ actor: 'root', keyId: 'k1', ...pause, before: { paused: false }, requestId: 'r1' }),
    'work',
    ['a1', 'done', { answer: 'paused' }],
  ]);
});

it('keeps refusals with their code and passes them on', async () => {
  const { lines, acts } = withLog();
  const refused = acts.perform(call, pause, async () => {
    throw gatewayErrors.RESOURCE_NOT_FOUND();
  });
  await expect(refused).rejects.toMatchObject({ reason: 'RESOURCE_NOT_FOUND' });
  expect(lines.at(-1)).toEqual(['a1', 'RESOURCE_NOT_FOUND', undefined]);
});

it('does nothing when the log can’t be written', async () => {
  const { acts } = withLog(() => Promise.reject(new Error('no database')));
  let done = false;
  await expect(acts.perform(call, pause, async () => void (done = true))).rejects.toThrow('no database');
  expect(done).toBe(false);
});

it('does not need to know what was before', async () => {
  const { lines, acts } = withLog();
  const act = { ...pause, before: () => Promise.reject(new Error('away')) };
  await acts.perform(call, act, async () => {});
  expect(lines[0]).toMatchObject({ before: undefined });
});
