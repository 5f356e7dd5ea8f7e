/** One rejected field as Replicate names it. */
export interface InvalidField {
  readonly type: string;
  readonly field: string;
  readonly description: string;
}

/** A refusal in the form that Replicate answers (`application/problem+json`). */
export class ReplicateProblem extends Error {
  override readonly name = 'ReplicateProblem';

  constructor(
    readonly status: number,
    readonly detail: string,
    readonly title?: string,
    readonly invalidFields?: readonly InvalidField[],
  ) {
    super(detail);
  }

  static notFound(): ReplicateProblem {
    return new ReplicateProblem(404, 'The requested resource could not be found.');
  }

  static unauthenticated(): ReplicateProblem {
    return new ReplicateProblem(401, 'You did not pass an authentication token', 'Unauthenticated');
  }

  static unknownVersion(): ReplicateProblem {
    return new ReplicateProblem(
      422,
      "The specified version does not exist (or perhaps you don't have permission to use it?)",
      'Invalid version or not permitted',
    );
  }

  static invalid(fields: readonly InvalidField[]): ReplicateProblem {
    const detail = fields.map(({ field, description }) => `- ${field ? `${field}: ` : ''}${description}\n`).join('');
    return new ReplicateProblem(422, detail, 'Input validation failed', fields);
  }

  toBody(): object {
    return {
      ...(this.title === undefined ? {} : { title: this.title }),
      detail: this.detail,
      status: this.status,
      ...(this.invalidFields === undefined ? {} : { invalid_fields: this.invalidFields }),
    };
  }
}

/** A problem for a status that no handler decided on, as the fault plan uses. */
export function problemForStatus(status: number): ReplicateProblem {
  if (status === 429) return new ReplicateProblem(429, 'Request was throttled. Your rate limit resets in ~30s.');
  if (status === 402)
    return new ReplicateProblem(402, 'You have insufficient credit to run this model.', 'Insufficient credit');
  if (status === 401) return ReplicateProblem.unauthenticated();
  if (status === 404) return ReplicateProblem.notFound();
  return new ReplicateProblem(status, status >= 500 ? 'Internal server error' : 'Request refused');
}
