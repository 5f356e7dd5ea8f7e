/** User id of the holder of ADMIN_API_KEY and of the key of the first start. */
export const adminUserId = 'admin';
/** What the ids of our own services begin with. */
const servicePrefix = 'system:';

/** True for an id that only we give out, however it is written: nobody else may own what belongs to it. */
export function isInternalOwner(userId: string): boolean {
  const plain = userId
    .normalize('NFKC')
    .replace(/[\p{Cf}\s]/gu, '')
    .toLowerCase();
  return plain === adminUserId || plain.startsWith(servicePrefix);
}
