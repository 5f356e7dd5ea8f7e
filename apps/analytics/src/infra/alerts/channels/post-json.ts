import { FetchFailedError, type SafeFetcher } from '@atelier/safe-fetch';
import { DeliveryFailedError } from '../../../domain/alerts/alert-channel.js';

/** POSTs JSON once. @throws DeliveryFailedError for everything but a 2xx, without naming the address */
export async function postJson(
  fetcher: Pick<SafeFetcher, 'post'>,
  url: string,
  request: { readonly body: string; readonly headers?: Readonly<Record<string, string>>; readonly signal: AbortSignal },
): Promise<void> {
  const { body, headers = {}, signal } = request;
  const answer = await fetcher
    .post(url, { body, headers: { 'content-type': 'application/json', 'user-agent': 'Atelier', ...headers }, signal })
    .catch((error: unknown) => {
      throw new DeliveryFailedError(error instanceof FetchFailedError ? error.message : 'It could not be sent.');
    });
  if (answer.status >= 200 && answer.status < 300) return;
  const retryAfterS = Number(answer.retryAfter);
  throw new DeliveryFailedError(
    `The receiver answered ${answer.status}.`,
    Number.isFinite(retryAfterS) && retryAfterS > 0 ? retryAfterS * 1_000 : undefined,
  );
}
