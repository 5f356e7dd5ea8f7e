import { apiStrings as text } from '../strings/en/api.js';

/** `application/problem+json` (RFC 9457) as the gateway writes it. */
export interface Problem {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  readonly title?: string;
  /** A sentence for a person. */
  readonly detail: string;
  /** Stable, for example RATE_LIMITED. */
  readonly code: string;
  readonly request_id?: string;
  readonly errors?: readonly { readonly field: string; readonly message: string }[];
  readonly retry_after_s?: number;
  readonly suggestions?: readonly string[];
  readonly alternatives?: readonly { readonly provider: string; readonly model_id: string }[];
}

/** A request that was refused or got no answer. */
export class ProblemError extends Error {
  override readonly name = 'ProblemError';

  constructor(readonly problem: Problem) {
    super(problem.detail);
  }

  /** Reads the body of a refusal; something that is no problem document gets a sentence of its own. */
  static async from(response: Response): Promise<ProblemError> {
    const body: unknown = await response.json().catch(() => undefined);
    const known = typeof body === 'object' && body !== null ? (body as Partial<Problem>) : {};
    return new ProblemError({
      ...known,
      status: response.status,
      code: known.code ?? 'UNKNOWN',
      detail: known.detail ?? text.unexpected(response.status),
    });
  }

  /** Nothing was answered in time; the server may still be there, and may have done what was asked. */
  static late(): ProblemError {
    return new ProblemError({ status: 0, code: 'LATE', detail: text.late });
  }

  static unreachable(): ProblemError {
    return new ProblemError({ status: 0, code: 'OFFLINE', detail: text.unreachable });
  }
}

/** Anything thrown, as a problem that can be shown. */
export function toProblem(thrown: unknown): Problem {
  if (thrown instanceof ProblemError) return thrown.problem;
  return { status: 0, code: 'UNKNOWN', detail: thrown instanceof Error ? thrown.message : text.unexpected(0) };
}
