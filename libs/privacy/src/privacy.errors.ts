import { defineErrors } from '@atelier/errors';

/** Errors of the privacy contract, the same in every service that serves it. */
export const privacyErrors = defineErrors('privacy', {
  FOREIGN_DATA_REFUSED: {
    code: 'PERMISSION_DENIED',
    title: 'Another user’s data',
    message: 'Only an administrator may export or delete the data of another user.',
    remedy: 'Leave the user id out to mean yourself, or use a key with the scope admin.',
  },
  PSEUDONYM_INVALID: {
    code: 'INVALID_ARGUMENT',
    title: 'Not a pseudonym',
    message: 'What stands in a user’s place is `erased-` and a random UUID.',
    remedy: 'Leave it empty, so that the service draws one.',
  },
});
