/** Why a language model gave no answer that can be used. */
export type LanguageModelFailure =
  | 'timeout'
  | 'cancelled'
  | 'unavailable'
  | 'rate_limited'
  | 'refused'
  | 'truncated'
  | 'invalid'
  | 'rejected'
  | 'quota'
  | 'over_budget'
  | 'unbooked'
  | 'busy'
  | 'circuit_open';

/** Each failure for people, to follow "the language model …". */
export const languageModelFailureText: Readonly<Record<LanguageModelFailure, string>> = {
  timeout: 'did not answer in time',
  cancelled: 'was not waited for',
  unavailable: 'could not be reached',
  rate_limited: 'takes no more requests at the moment',
  refused: 'declined to answer',
  truncated: 'broke off its answer',
  invalid: 'gave an answer that is of no use',
  rejected: 'does not accept the request',
  quota: 'has no credit left',
  over_budget: 'would exceed the budget',
  unbooked: 'could not be paid for',
  busy: 'is busy with other requests',
  circuit_open: 'is being spared after repeated failures',
};
