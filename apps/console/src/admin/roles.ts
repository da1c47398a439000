import type { Me, Scope } from '../app/access.ts';

/** What a person or a key is. */
export type Role = Me['role'];

/** Roles, from the least to the most powerful. */
export const ROLES: readonly Role[] = ['viewer', 'operator', 'admin', 'owner'];

/** All permissions. */
export const SCOPES: readonly Scope[] = [
  'runs:read',
  'runs:write',
  'runs:approve',
  'keys:admin',
  'users:admin',
  'admin:read',
];

/** The roles that somebody may give: none above one's own. */
export function rolesUpTo(role: Role): readonly Role[] {
  return ROLES.slice(0, ROLES.indexOf(role) + 1);
}

/** What a key of this role may hold at most, as docs/api.md says; nobody gives what they do not hold. */
export function scopesToGive(role: Role, own: readonly Scope[]): readonly Scope[] {
  const most = role === 'viewer' ? 1 : role === 'operator' ? 3 : SCOPES.length;
  return SCOPES.slice(0, most).filter((scope) => own.includes(scope));
}
