/** Roles, from the least to the most powerful. */
export const ROLES = ['viewer', 'operator', 'admin', 'owner'] as const;
/** What a person or a key is in its tenant. */
export type Role = (typeof ROLES)[number];

/** What a route may ask for; a key may hold fewer than its role gives. */
export const SCOPES = ['runs:read', 'runs:write', 'runs:approve', 'keys:admin', 'users:admin', 'admin:read'] as const;
/** One permission. */
export type Scope = (typeof SCOPES)[number];

const READ: readonly Scope[] = ['runs:read'];
const OPERATE: readonly Scope[] = [...READ, 'runs:write', 'runs:approve'];

const SCOPES_OF: Readonly<Record<Role, readonly Scope[]>> = {
  viewer: READ,
  operator: OPERATE,
  admin: SCOPES,
  owner: SCOPES,
};

/** What a role may do. */
export function scopesOf(role: Role): readonly Scope[] {
  return SCOPES_OF[role];
}

/** Whether `role` is at least as powerful as `other`. */
export function isAtLeast(role: Role, other: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(other);
}

/** The less powerful of two roles. */
export function lesserRole(a: Role, b: Role): Role {
  return isAtLeast(a, b) ? b : a;
}

/** Whether `value` names a role. */
export function isRole(value: unknown): value is Role {
  return ROLES.some((role) => role === value);
}

/** Whether `value` names a scope. */
export function isScope(value: unknown): value is Scope {
  return SCOPES.some((scope) => scope === value);
}
