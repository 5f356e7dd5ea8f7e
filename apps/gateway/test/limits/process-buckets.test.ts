import { ProcessBuckets } from '../../src/limits/process-buckets.js';
import { describeBuckets } from './bucket-suite.js';

describeBuckets(
  'this process',
  () => {
    let nowMs = 0;
    return { buckets: new ProcessBuckets(() => nowMs), setNow: (ms) => (nowMs = ms) };
  },
  60,
);
