import { CreationLog } from './creation-log.js';

it('keeps the newest ten thousand', () => {
  const log = new CreationLog();
  for (let index = 0; index < 10_002; index += 1)
    log.record({ id: String(index), provider: 'openai', model: 'm', at: '', inputHash: '' });
  expect(log.entries).toHaveLength(10_000);
  expect([log.entries[0]?.id, log.entries.at(-1)?.id]).toEqual(['2', '10001']);
});
