/** What a caller may do: `read` and `generate` for users, `act_as` for trusted front ends, `admin` for operators. */
export type Scope = 'generate' | 'read' | 'admin' | 'act_as';

/** Who is calling, as the gateway established it. */
export interface Identity {
  readonly userId: string;
  readonly scopes: readonly Scope[];
  /** Id of the API key that was used; absent for JWT and internal callers. */
  readonly keyId?: string;
}

/** True for operators and for the system's own background calls. */
export function isAdmin(identity: Identity): boolean {
  return identity.scopes.includes('admin');
}

/** True for a service's own background work: no user stands behind it. */
export function isSystem(identity: Identity): boolean {
  return identity.userId.startsWith('system:');
}

/** The identity of a service's own background work. */
export function systemIdentity(service: string): Identity {
  return { userId: `system:${service}`, scopes: ['admin', 'act_as'] };
}
