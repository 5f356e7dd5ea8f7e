import type { RequestCall } from '../http/request-call.js';
import { AdminActs } from './admin-acts.js';

it('says who did what in which request', () => {
  const lines: unknown[] = [];
  const acts = new AdminActs({ info: (line: unknown) => void lines.push(line) });
  const principal = { identity: { userId: 'root' } };
  acts.record('queue.pause', { requestId: 'r1', principal } as unknown as RequestCall, { provider: 'openai' });
  expect(lines).toEqual([{ audit: 'queue.pause', admin: 'root', request_id: 'r1', provider: 'openai' }]);
});
