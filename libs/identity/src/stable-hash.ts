/** FNV-1a, 32 bit: the same text has the same value in every process and version. Not for secrets. */
export function stableHash(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  // Without a last mixing the low digits of similar ids would go together.
  hash ^= hash >>> 16;
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  return hash >>> 0;
}

/** Where a user stands in every canary, 0..99: with a weight of w percent those from 100 - w on get the new version. */
export function canaryBucketOf(userId: string): number {
  return bucketOf('canary', userId);
}

/** 0..99 for a purpose and a user; buckets of different purposes are independent. */
export function bucketOf(purpose: string, userId: string): number {
  return stableHash(`${purpose}:${userId}`) % 100;
}
