import {
  ProviderError,
  type ProviderRecords,
  type ProviderRequest,
  type SubmittedQuery,
} from '@atelier/model-providers';
import { delivered, FakeProvider } from './fake-provider.js';

/** A fake with a list of what it was asked for, whether or not its answers arrived. */
export class RememberingProvider extends FakeProvider {
  /** Job id → what it was asked for. */
  readonly list = new Map<string, string>();
  readonly files = new Set<string>();
  /** Reads of the list. */
  reads = 0;
  isListReachable = true;
  takesFiles = true;
  /** Called at every read of the list. */
  onRead: () => unknown = () => {};
  readonly records: ProviderRecords;

  constructor() {
    super('replicate', 'with_jobs');
    this.records = {
      prepare: async (request) => {
        if (!this.takesFiles) throw lost();
        const uploads = Object.values(request.images).flatMap((images) => images.map(() => this.lend()));
        const inputHash = JSON.stringify(request.input);
        const fingerprint = { fields: [], inputHash, imageFields: [], imagesHash: uploads.join() };
        return { request: { ...request, images: {} }, fingerprint, uploads };
      },
      findSubmitted: async (query) => {
        this.reads += 1;
        await this.onRead();
        if (!this.isListReachable) throw new ProviderError('not_bought', 'replicate', 'unreachable');
        return {
          jobs: [...this.list.keys()].filter((id) => this.is(id, query)).map((id) => ({ id, likeness: 'same' })),
          complete: true,
        };
      },
      identify: async (id, query) => (this.is(id, query) ? { id, likeness: 'same' } : undefined),
      discard: async (uploads) => uploads.forEach((id) => this.files.delete(id)),
      webhookSecret: async () => webhookSecret,
    };
  }

  /** As new. */
  forget(): void {
    this.list.clear();
    this.files.clear();
    this.submitted.length = 0;
    this.reads = 0;
    this.isListReachable = true;
    this.takesFiles = true;
    this.onRead = () => {};
    this.onGet = delivered;
  }

  /** Takes a request into the list. */
  remember(id: string, request: ProviderRequest): void {
    this.list.set(id, JSON.stringify(request.input));
  }

  private is(id: string, { fingerprint }: SubmittedQuery): boolean {
    return this.list.get(id) === fingerprint.inputHash;
  }

  private lend(): string {
    const id = `file-${this.files.size + 1}`;
    this.files.add(id);
    return id;
  }
}

/** What this fake signs with. */
export const webhookSecret = `whsec_${Buffer.from('secret of the fake').toString('base64')}`;

/** The failure of a request whose answer got lost. */
export const lost = () => new ProviderError('unknown', 'replicate', 'The connection failed (ECONNRESET).');
