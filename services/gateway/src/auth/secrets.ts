import { createHash, timingSafeEqual } from 'node:crypto';

import type { Statement } from '@holdfast/storage';
import type { Compilable } from 'kysely';

const KEY = /^hf_([a-z0-9]{1,40})_([A-Za-z0-9_-]{43})$/;

/** 256 random bits as text for URLs. So much chance needs no slow hash. */
export function newSecret(random: (bytes: number) => Uint8Array): string {
  return Buffer.from(random(32)).toString('base64url');
}

/** SHA-256, hex: the only form in which a secret is stored. */
export function hashSecret(secret: string): string {
  return createHash('sha256').update(secret).digest('hex');
}

/** Compares two hex digests of the same length in constant time. */
export function sameHash(a: string, b: string): boolean {
  const left = Buffer.from(a, 'hex');
  const right = Buffer.from(b, 'hex');
  return left.length === right.length && timingSafeEqual(left, right);
}

/** Takes `hf_<id>_<secret>` apart; undefined for anything else. */
export function parseKey(text: string): { id: string; secret: string } | undefined {
  const match = KEY.exec(text);
  return match?.[1] && match[2] ? { id: match[1], secret: match[2] } : undefined;
}

/** Writes an API key as its holder keeps it. */
export function formatKey(id: string, secret: string): string {
  return `hf_${id}_${secret}`;
}

/** A query as one statement of an atomic batch. */
export function statement(query: Compilable, rest: Pick<Statement, 'expect' | 'otherwise'> = {}): Statement {
  const { sql, parameters } = query.compile();
  return { sql, params: parameters as Statement['params'], ...rest };
}
