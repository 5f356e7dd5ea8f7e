/** Canonical gRPC codes that this project raises (https://grpc.io/docs/guides/status-codes/). */
export const canonicalCodes = {
  CANCELLED: 1,
  UNKNOWN: 2,
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  NOT_FOUND: 5,
  ALREADY_EXISTS: 6,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  FAILED_PRECONDITION: 9,
  ABORTED: 10,
  OUT_OF_RANGE: 11,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  DATA_LOSS: 15,
  UNAUTHENTICATED: 16,
} as const;

/** Name of a canonical code. */
export type CanonicalCode = keyof typeof canonicalCodes;

const names = new Map<number, CanonicalCode>(
  (Object.keys(canonicalCodes) as CanonicalCode[]).map((name) => [canonicalCodes[name], name]),
);

/** Name of a numeric gRPC status; anything unheard of is UNKNOWN. */
export function codeName(status: number): CanonicalCode {
  return names.get(status) ?? 'UNKNOWN';
}

const httpStatuses: Partial<Record<CanonicalCode, number>> = {
  CANCELLED: 499,
  INVALID_ARGUMENT: 400,
  OUT_OF_RANGE: 400,
  UNAUTHENTICATED: 401,
  PERMISSION_DENIED: 403,
  NOT_FOUND: 404,
  ALREADY_EXISTS: 409,
  ABORTED: 409,
  FAILED_PRECONDITION: 409,
  RESOURCE_EXHAUSTED: 429,
  UNIMPLEMENTED: 501,
  UNAVAILABLE: 503,
  DEADLINE_EXCEEDED: 504,
};

/** The one table from gRPC status to HTTP; what it does not name is 500. */
export function httpStatusOf(code: CanonicalCode): number {
  return httpStatuses[code] ?? 500;
}
