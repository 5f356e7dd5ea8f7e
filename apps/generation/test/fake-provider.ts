import { type ProviderAdapter, ProviderError, type ProviderJob, type ProviderRequest } from '@atelier/model-providers';
import sharp from 'sharp';

/** A small picture, as a provider delivers it. */
export const picture = await sharp({ create: { width: 48, height: 32, channels: 3, background: '#336699' } })
  .png()
  .toBuffer();

/** A delivered job. */
export function delivered(id = '', outputs = 1): ProviderJob {
  const output = { kind: 'bytes', bytes: picture, contentType: 'image/png' } as const;
  return { id, state: 'succeeded', progress: 100, outputs: Array.from({ length: outputs }, () => output) };
}

/** A job under way. */
export function working(id: string, progress?: number): ProviderJob {
  return { id, state: 'processing', progress, outputs: [] };
}

type Answer<Input> = (input: Input) => ProviderJob | Promise<ProviderJob>;

/** A provider that answers as the test says, and remembers what it was asked. */
export class FakeProvider implements ProviderAdapter {
  readonly submitted: ProviderRequest[] = [];
  readonly lookedUp: string[] = [];
  readonly cancelled: string[] = [];
  readonly get?: ProviderAdapter['get'];
  readonly cancel?: ProviderAdapter['cancel'];
  onSubmit: Answer<ProviderRequest> = () => delivered();
  onGet: Answer<string> = (id) => delivered(id);

  constructor(
    readonly provider: string,
    kind: 'with_jobs' | 'at_once',
  ) {
    if (kind === 'at_once') return;
    this.get = async (jobId, signal) => {
      this.lookedUp.push(jobId);
      return Promise.race([this.onGet(jobId), this.left(signal, 'not_bought')]);
    };
    this.cancel = async (jobId) => void this.cancelled.push(jobId);
  }

  async submit(request: ProviderRequest, signal: AbortSignal): Promise<ProviderJob> {
    this.submitted.push(request);
    return Promise.race([this.onSubmit(request), this.left(signal, 'unknown')]);
  }

  /** Like a connection, a call breaks when the caller leaves. */
  private left(signal: AbortSignal, kind: 'unknown' | 'not_bought'): Promise<never> {
    return new Promise((_resolve, reject) => {
      const leave = (): void => reject(new ProviderError(kind, this.provider, 'abandoned', { isAbandoned: true }));
      signal.addEventListener('abort', leave, { once: true });
    });
  }
}

/** An answer that never comes. */
export function never(): Promise<never> {
  return new Promise(() => {});
}

/** Something that a test waits for, or lets somebody wait for. */
export class Gate<Value = void> {
  readonly opened: Promise<Value>;
  open: (value: Value) => void = () => {};

  constructor() {
    this.opened = new Promise((resolve) => (this.open = resolve));
  }
}
