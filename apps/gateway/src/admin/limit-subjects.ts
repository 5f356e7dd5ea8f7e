import { z } from 'zod';
import { gatewayErrors } from '../gateway.errors.js';
import type { RouteTable } from '../http/route-table.js';
import type { ApiKeyStore } from '../identity/api-key-store.js';
import { endpointSubject, everySubject, type LimitScope } from '../limits/limit-scope.js';

/** Knows what a limit can be set for: one for a misspelt subject would limit nothing. */
export class LimitSubjects {
  constructor(
    private readonly routes: RouteTable,
    private readonly keys: ApiKeyStore,
  ) {}

  /** @throws INVALID_REQUEST with what is wrong */
  async check(scope: LimitScope, subject: string): Promise<void> {
    const wrong = subject === everySubject ? undefined : await this.#wrong(scope, subject);
    if (wrong === undefined) return;
    throw gatewayErrors.INVALID_REQUEST({
      message: `The subject is wrong: it ${wrong}.`,
      violations: [{ field: 'subject', message: wrong }],
    });
  }

  async #wrong(scope: LimitScope, subject: string): Promise<string | undefined> {
    switch (scope) {
      case 'user':
        return undefined;
      case 'key': {
        const known = z.uuid().safeParse(subject).success && (await this.keys.exists(subject));
        return known ? undefined : 'must be the id of a valid API key';
      }
      case 'endpoint':
        return this.#isLimited(subject)
          ? undefined
          : 'must be an endpoint like `POST /api/v1/generations`, not an administrative one';
      case 'global':
        return 'must be *';
    }
  }

  #isLimited(subject: string): boolean {
    return this.routes.routes.some(
      ({ endpoint }) =>
        endpoint?.path.startsWith('/api/') === true &&
        !['public', 'admin'].includes(endpoint.access) &&
        endpointSubject(endpoint) === subject,
    );
  }
}
