export { isAdmin, isSystem, systemIdentity, type Identity, type Scope } from './identity.js';
export { identityTokenLifeMs, IdentityTokens, type VerifiedIdentity } from './identity-token.js';
export { bucketOf, canaryBucketOf, stableHash } from './stable-hash.js';
