import type { ProviderAdapter, ProviderJob, ProviderRequest } from '@atelier/model-providers';
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
    this.get = async (jobId) => {
      this.lookedUp.push(jobId);
      return this.onGet(jobId);
    };
    this.cancel = async (jobId) => void this.cancelled.push(jobId);
  }

  async submit(request: ProviderRequest): Promise<ProviderJob> {
    this.submitted.push(request);
    return this.onSubmit(request);
  }
}

/** Something that a test waits for, or lets somebody wait for. */
export class Gate<Value = void> {
  readonly opened: Promise<Value>;
  open: (value: Value) => void = () => {};

  constructor() {
    this.opened = new Promise((resolve) => (this.open = resolve));
  }
}
