import { type CallContext, currentCall, runInCall } from '@atelier/grpc';
import type { LanguageModelClassifier } from '../domain/intent-models.js';
import { OutlivingLanguageModel } from './outliving-language-model.js';

const context = { workingImages: 0, uploadedImages: 0, references: [] };

function build() {
  const seen: (CallContext | undefined)[] = [];
  const inner: LanguageModelClassifier = {
    version: 'l1',
    classify: async () => {
      seen.push(currentCall());
      return { ok: false, failure: 'busy' };
    },
  };
  const { signal } = new AbortController();
  return { seen, ask: () => new OutlivingLanguageModel(inner).classify('x', context, signal) };
}

describe('OutlivingLanguageModel', () => {
  it('asks on behalf of the caller, whose leaving and deadline end nothing', async () => {
    const { seen, ask } = build();
    const { signal } = new AbortController();
    const call = { requestId: 'r1', identityToken: 't', traceparent: 'p' };
    await runInCall({ ...call, deadlineMs: 1, signal }, ask);
    expect(seen).toEqual([call]);
  });

  it('asks outside of calls too', async () => {
    const { seen, ask } = build();
    await ask();
    expect(seen).toEqual([undefined]);
  });
});
