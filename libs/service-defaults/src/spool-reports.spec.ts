import { SpoolReports, type SpoolSize } from './spool-reports.js';

const size = (events: number): SpoolSize => ({ events, bytes: events * 100 });

it('says nothing until something waits, and then also that nothing waits any more', async () => {
  const sent: SpoolSize[] = [];
  const reports = new SpoolReports(async (one) => void sent.push(one));
  reports.report(size(0));
  reports.report(size(5));
  await Promise.resolve();
  await Promise.resolve();
  reports.report(size(0));
  expect(sent).toEqual([size(5), size(0)]);
});

it('sends one at a time, the latest next, and goes on after a failure', async () => {
  const sent: number[] = [];
  let fail: (error: Error) => void = () => undefined;
  const reports = new SpoolReports(({ events }) => {
    sent.push(events);
    return sent.length === 1 ? new Promise((_resolve, reject) => (fail = reject)) : Promise.resolve();
  });
  for (const events of [1, 2, 3]) reports.report(size(events));
  expect(sent).toEqual([1]);
  fail(new Error('analytics is away'));
  await new Promise((resolve) => setImmediate(resolve));
  expect(sent).toEqual([1, 3]);
});
