import { hash, type Options, verify } from '@node-rs/argon2';

/** The cost that OWASP names for argon2id: 19 MiB, two passes. The package's default algorithm is argon2id. */
const COST: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Fewest and most characters of a password. */
export const PASSWORD_LENGTH = { min: 10, max: 128 } as const;

/** Hashes a password with argon2id, off the event loop. */
export function hashPassword(password: string): Promise<string> {
  return hash(password, COST);
}

/** Whether a password is the one that was hashed. */
export function verifyPassword({ hash: stored, password }: { hash: string; password: string }): Promise<boolean> {
  return verify(stored, password);
}
