import { currentCall, runInCall } from '@atelier/grpc';
import type { LanguageModelClassifier, LanguageModelResult } from '../domain/intent-models.js';
import type { IntentContext } from '../domain/intent.js';

/**
 * Asks on behalf of the running call, but not only until that one's end: others may share the answer after its caller
 * has left. Only the signal ends it.
 */
export class OutlivingLanguageModel implements LanguageModelClassifier {
  constructor(private readonly inner: LanguageModelClassifier) {}

  get version(): string {
    return this.inner.version;
  }

  classify(prompt: string, context: IntentContext, signal: AbortSignal): Promise<LanguageModelResult> {
    const call = currentCall();
    if (!call) return this.inner.classify(prompt, context, signal);
    const { signal: _signal, deadlineMs: _deadlineMs, ...lasting } = call;
    return runInCall(lasting, () => this.inner.classify(prompt, context, signal));
  }
}
