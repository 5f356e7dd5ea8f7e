import { createHash } from 'node:crypto';
import type { Likeness, RequestFingerprint } from './provider-records.js';

type Input = Readonly<Record<string, unknown>>;

/** A job as its provider lists it. */
export interface ListedRequest {
  readonly modelId?: string;
  readonly version?: string;
  /** Undefined once the provider has deleted it. */
  readonly input?: Input;
}

/** Fingerprint of a native input; the two parts never share a field. */
export function fingerprintOf(input: Input, images: Input): RequestFingerprint {
  const { seed } = input;
  return {
    fields: Object.keys(input).toSorted(),
    inputHash: hashOf(input),
    imageFields: Object.keys(images).toSorted(),
    imagesHash: hashOf(images),
    ...(typeof seed === 'number' ? { seed } : {}),
  };
}

/**
 * Compares a listed job with a request. Errs towards `possible`: a job that is wrongly ruled out would be bought again,
 * while one that is wrongly kept only leaves the outcome unknown.
 */
export function likenessOf(
  listed: ListedRequest,
  asked: { readonly modelId: string; readonly version?: string; readonly fingerprint: RequestFingerprint },
): Likeness | undefined {
  const { fields, inputHash, imageFields, imagesHash, seed } = asked.fingerprint;
  const isSameModel = namesModel(listed, asked);
  if (listed.input === undefined) return isSameModel ? 'possible' : undefined;
  const isSameInput = hashOf(pick(listed.input, fields)) === inputHash;
  const hasSameSeed = seed !== undefined && listed.input['seed'] === seed;
  // A renamed model is listed under its new name.
  if (!isSameModel) return isSameInput && hasSameSeed ? 'possible' : undefined;
  if (!isSameInput) return hasSameSeed ? 'possible' : undefined;
  return hashOf(pick(listed.input, imageFields)) === imagesHash ? 'same' : 'alike';
}

function namesModel(listed: ListedRequest, asked: { readonly modelId: string; readonly version?: string }): boolean {
  if (asked.version !== undefined && listed.version === asked.version) return true;
  // A list that names no model rules none out.
  return listed.modelId === undefined || listed.modelId.toLowerCase() === asked.modelId.toLowerCase();
}

function pick(input: Input, fields: readonly string[]): Input {
  return Object.fromEntries(fields.filter((field) => field in input).map((field) => [field, input[field]]));
}

/** SHA-256 (hex) of the JSON with the keys of all objects in order. */
function hashOf(value: unknown): string {
  const canonical = JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([one], [other]) => (one < other ? -1 : 1)))
      : item,
  );
  return createHash('sha256').update(canonical).digest('hex');
}
