import {
  type ForgetSessionResultRequest,
  ForgetSessionResultResponse,
  PresetsServiceService,
  type RecordSessionResultRequest,
  RecordSessionResultResponse,
} from '@atelier/contracts/presets/v1';
import { defineErrors } from '@atelier/errors';
import { toStatusError } from '@atelier/grpc';
import { type sendUnaryData, Server, ServerCredentials, type ServerUnaryCall } from '@grpc/grpc-js';

const errors = defineErrors('presets', {
  SESSION_INVALID: { code: 'INVALID_ARGUMENT', title: 'Invalid session', message: 'It is wrong.', remedy: '-' },
});

/** The presets service as far as results of sessions go. It can be away, and come. */
export class PresetsStandIn {
  readonly recorded: RecordSessionResultRequest[] = [];
  readonly forgotten: ForgetSessionResultRequest[] = [];
  refuses = false;
  #server: Server | undefined;

  constructor(readonly address: string) {}

  async come(): Promise<void> {
    const server = new Server();
    server.addService(
      {
        recordSessionResult: PresetsServiceService.recordSessionResult,
        forgetSessionResult: PresetsServiceService.forgetSessionResult,
      },
      {
        forgetSessionResult: (
          { request }: ServerUnaryCall<ForgetSessionResultRequest, ForgetSessionResultResponse>,
          answer: sendUnaryData<ForgetSessionResultResponse>,
        ) => {
          this.forgotten.push(request);
          answer(null, ForgetSessionResultResponse.create());
        },
        recordSessionResult: (
          { request }: ServerUnaryCall<RecordSessionResultRequest, RecordSessionResultResponse>,
          answer: sendUnaryData<RecordSessionResultResponse>,
        ) => {
          this.recorded.push(request);
          if (this.refuses) answer(toStatusError(errors.SESSION_INVALID()));
          else answer(null, RecordSessionResultResponse.create());
        },
      },
    );
    await new Promise<void>((resolve, reject) =>
      server.bindAsync(this.address, ServerCredentials.createInsecure(), (error) =>
        error ? reject(error) : resolve(),
      ),
    );
    this.#server = server;
  }

  leave(): void {
    this.#server?.forceShutdown();
  }
}
