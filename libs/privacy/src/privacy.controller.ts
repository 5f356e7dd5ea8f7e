import type { Writable } from 'node:stream';
import { Controller, Inject } from '@nestjs/common';
import {
  type DeleteUserDataRequest,
  DeleteUserDataResponse,
  type ExportUserDataRequest,
  ExportUserDataResponse,
  type PrivacyServiceController,
  PrivacyServiceControllerMethods,
} from '@atelier/contracts/privacy/v1';
import { currentCall, grpcErrors, pacedStream } from '@atelier/grpc';
import { isAdmin } from '@atelier/identity';
import type { Observable } from 'rxjs';
import { PersonalData } from './personal-data.js';
import { privacyErrors } from './privacy.errors.js';
import { isPseudonym, newPseudonym } from './pseudonym.js';

/** What is left of a call's time for the answer, in milliseconds. */
const answerMs = 2_000;
const longestMs = 25_000;

/** PrivacyService of one service: wire ↔ `PersonalData`. */
@Controller()
@PrivacyServiceControllerMethods()
export class PrivacyController implements PrivacyServiceController {
  constructor(@Inject(PersonalData) private readonly data: PersonalData) {}

  exportUserData(
    { userId }: ExportUserDataRequest,
    _metadata: unknown,
    call: Writable,
  ): Observable<ExportUserDataResponse> {
    const { data } = this;
    const subject = subjectOf(userId);
    return pacedStream(call, async function* () {
      for await (const item of data.items(subject)) yield ExportUserDataResponse.create(item);
    });
  }

  async deleteUserData({ userId, pseudonym }: DeleteUserDataRequest): Promise<DeleteUserDataResponse> {
    const subject = subjectOf(userId);
    if (pseudonym !== '' && !isPseudonym(pseudonym)) throw privacyErrors.PSEUDONYM_INVALID();
    const { deadlineMs = Infinity, signal } = currentCall() ?? {};
    const timeout = AbortSignal.timeout(Math.max(0, Math.min(longestMs, deadlineMs - Date.now() - answerMs)));
    const { kinds, complete } = await this.data.erase({
      userId: subject,
      pseudonym: pseudonym || newPseudonym(),
      signal: signal ? AbortSignal.any([timeout, signal]) : timeout,
    });
    return DeleteUserDataResponse.create({ kinds: [...kinds], complete });
  }
}

/** Whose data is meant. Throws FOREIGN_DATA_REFUSED. */
function subjectOf(userId: string): string {
  const identity = currentCall()?.identity;
  if (!identity) throw grpcErrors.IDENTITY_REQUIRED();
  if (userId === '' || userId === identity.userId) return identity.userId;
  if (!isAdmin(identity)) throw privacyErrors.FOREIGN_DATA_REFUSED();
  return userId;
}
