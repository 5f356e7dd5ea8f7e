import { createHash, randomBytes } from 'node:crypto';

const ID_ALPHABET = '0123456789abcdefghijklmnopqrstuv';

/** Where ids and unasked-for generation seeds come from. */
export interface RandomSource {
  /** An id of `length` (at most 64) characters in lower-case base 32, the form that Replicate uses. */
  id(length: number): string;
  /** An integer in `[0, limit)`. */
  integer(limit: number): number;
}

/** With a `seed`, the same sequence at every start; without one, the machine's randomness. */
export function createRandomSource(seed?: string): RandomSource {
  let drawn = 0;
  const draw = (length: number): Buffer => {
    if (seed === undefined) return randomBytes(length);
    drawn += 1;
    return createHash('sha512').update(`${seed}/${drawn}`).digest().subarray(0, length);
  };
  return {
    id: (length) => Array.from(draw(length), (byte) => ID_ALPHABET.charAt(byte % ID_ALPHABET.length)).join(''),
    integer: (limit) => draw(6).readUIntBE(0, 6) % limit,
  };
}
