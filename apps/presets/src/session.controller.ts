import { Controller } from '@nestjs/common';
import {
  DeleteSessionResponse,
  ListSessionsResponse,
  type SessionServiceController,
  SessionServiceControllerMethods,
  SetWorkingImageResponse,
  type DeleteSessionRequest,
  type ListSessionsRequest,
  type SetWorkingImageRequest,
} from '@atelier/contracts/presets/v1';
import { currentCaller } from './current-caller.js';
import { Sessions } from './domain/sessions.js';
import { toWireSession } from './wire-session.js';

/** Wire side of what users do with their sessions. */
@Controller()
@SessionServiceControllerMethods()
export class SessionController implements SessionServiceController {
  constructor(private readonly sessions: Sessions) {}

  async listSessions({ pageSize, pageToken }: ListSessionsRequest): Promise<ListSessionsResponse> {
    const { sessions, nextPageToken } = await this.sessions.list(currentCaller().userId, pageSize, pageToken);
    // What a list would need the whole history for, it does not show.
    return ListSessionsResponse.create({
      sessions: sessions.map((session) => ({ ...toWireSession(session), history: [] })),
      nextPageToken,
    });
  }

  async deleteSession({ sessionId }: DeleteSessionRequest): Promise<DeleteSessionResponse> {
    await this.sessions.delete(currentCaller().userId, sessionId);
    return DeleteSessionResponse.create();
  }

  async setWorkingImage({ sessionId, ...wanted }: SetWorkingImageRequest): Promise<SetWorkingImageResponse> {
    const session = await this.sessions.choose(currentCaller().userId, sessionId, wanted);
    return SetWorkingImageResponse.create({ session: toWireSession(session) });
  }
}
