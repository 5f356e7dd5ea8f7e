import { BadRequest, ErrorInfo, RetryInfo, Status } from '@atelier/contracts/google/rpc';
import { canonicalCodes, codeName } from './canonical-code.js';
import { type ModelAlternative, ServiceError } from './service-error.js';

const typeUrl = 'type.googleapis.com/google.rpc.';
const titleKey = 'title';
const httpStatusKey = 'http_status';
const suggestionsKey = 'suggestions';
const alternativesKey = 'alternatives';

/** Serialises an error as google.rpc.Status with ErrorInfo, BadRequest and RetryInfo (AIP-193). `cause` stays behind. */
export function encodeStatus(error: ServiceError): Buffer {
  const metadata: Record<string, string> = { ...error.metadata, [titleKey]: error.title };
  if (error.httpStatus) metadata[httpStatusKey] = String(error.httpStatus);
  if (error.suggestions.length > 0) metadata[suggestionsKey] = JSON.stringify(error.suggestions);
  if (error.alternatives.length > 0) metadata[alternativesKey] = JSON.stringify(error.alternatives);
  const details = [
    pack('ErrorInfo', ErrorInfo.encode({ reason: error.reason, domain: error.domain, metadata }).finish()),
  ];
  if (error.violations.length > 0) {
    const fieldViolations = error.violations.map(({ field, message }) => ({ field, description: message }));
    details.push(pack('BadRequest', BadRequest.encode({ fieldViolations }).finish()));
  }
  if (error.retryAfterMs !== undefined) {
    const retryDelay = {
      seconds: Math.floor(error.retryAfterMs / 1000),
      nanos: (Math.round(error.retryAfterMs) % 1000) * 1e6,
    };
    details.push(pack('RetryInfo', RetryInfo.encode({ retryDelay }).finish()));
  }
  return Buffer.from(Status.encode({ code: canonicalCodes[error.code], message: error.message, details }).finish());
}

/** Reads what `encodeStatus` wrote. Bytes that are no such status answer undefined. */
export function decodeStatus(bytes: Uint8Array): ServiceError | undefined {
  try {
    return fromStatus(Status.decode(bytes));
  } catch {
    return undefined;
  }
}

function fromStatus(status: Status): ServiceError | undefined {
  const info = find(status, 'ErrorInfo', ErrorInfo.decode);
  if (!info) return undefined;
  const {
    [titleKey]: title = titleOf(info.reason),
    [httpStatusKey]: httpStatus,
    [suggestionsKey]: suggestions,
    [alternativesKey]: alternatives,
    ...metadata
  } = info.metadata;
  const violations = find(status, 'BadRequest', BadRequest.decode)?.fieldViolations;
  const delay = find(status, 'RetryInfo', RetryInfo.decode)?.retryDelay;
  return new ServiceError(
    {
      domain: info.domain,
      reason: info.reason,
      code: codeName(status.code),
      title,
      ...(httpStatus ? { httpStatus: Number(httpStatus) } : {}),
    },
    status.message,
    {
      metadata,
      violations: violations?.map(({ field, description }) => ({ field, message: description })) ?? [],
      ...(delay ? { retryAfterMs: delay.seconds * 1000 + delay.nanos / 1e6 } : {}),
      suggestions: suggestions ? (JSON.parse(suggestions) as string[]) : [],
      alternatives: alternatives ? (JSON.parse(alternatives) as ModelAlternative[]) : [],
    },
  );
}

/** PRESET_NOT_FOUND → Preset not found: for a service of a version that sends no title. */
function titleOf(reason: string): string {
  const words = reason.toLowerCase().replaceAll('_', ' ');
  return words.charAt(0).toUpperCase() + words.slice(1);
}

function pack(name: string, value: Uint8Array): { typeUrl: string; value: Buffer } {
  return { typeUrl: typeUrl + name, value: Buffer.from(value) };
}

function find<Detail>(status: Status, name: string, decode: (bytes: Uint8Array) => Detail): Detail | undefined {
  const any = status.details.find((detail) => detail.typeUrl === typeUrl + name);
  return any ? decode(any.value) : undefined;
}
