import type { Role, Scope } from './roles.ts';

/** Who is asking, once that has been proven. */
export interface Identity {
  /** How it was proven: a cookie, an API key, or the key file on this machine. */
  readonly kind: 'session' | 'key' | 'local';
  /** For the record of who did what: a user id, `key:<id>`, or `local`. */
  readonly subject: string;
  readonly tenant: string;
  readonly role: Role;
  readonly scopes: ReadonlySet<Scope>;
  /** The user behind it; null for the key file and for keys made with it. */
  readonly userId: string | null;
}

/** The tenant of the first owner and of the key file. */
export const DEFAULT_TENANT = 'default';
