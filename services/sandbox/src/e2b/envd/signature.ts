import { createHash, timingSafeEqual } from 'node:crypto';

/** What a signed URL allows. */
export interface SignedAccess {
  /** As it stands in the URL; empty where there is none. */
  readonly path: string;
  readonly operation: 'read' | 'write';
  /** As it stands in the URL; empty where there is none. */
  readonly username: string;
  /** Epoch seconds, as it stands in the URL. */
  readonly expiration?: string;
}

/** The signature that E2B's SDKs make with the access token of a sandbox. */
export function signatureOf({ path, operation, username, expiration }: SignedAccess, token: string): string {
  const parts = [path, operation, username, token, ...(expiration === undefined ? [] : [expiration])];
  const hash = createHash('sha256').update(parts.join(':')).digest('base64').replace(/=+$/, '');
  return `v1_${hash}`;
}

/** Compares two secrets in a time that says nothing of where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
