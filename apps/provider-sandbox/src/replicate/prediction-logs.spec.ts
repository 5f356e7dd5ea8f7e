import { createRequire } from 'node:module';
import fc from 'fast-check';
import { findModel } from './model-table.js';
import { logsAt } from './prediction-logs.js';

interface ReplicateUtil {
  parseProgressFromLogs(logs: string): { percentage: number; current: number; total: number } | null;
}
const { parseProgressFromLogs } = createRequire(import.meta.url)('replicate/lib/util.js') as ReplicateUtil;

it('is read back by the official SDK as the progress it was written from', () => {
  const model = findModel('google/veo-2');
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (progress) => {
      const logs = model ? logsAt(model, 7, 10_000, progress) : '';
      expect(parseProgressFromLogs(logs)?.percentage).toBeCloseTo(progress, 1);
    }),
  );
});
