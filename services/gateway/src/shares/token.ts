import { createHmac, timingSafeEqual } from 'node:crypto';

const TOKEN = /^([\w-]{1,64})\.([\w-]{43})$/;
/** Tells these signatures from any others that the same secret might make. */
const PURPOSE = 'holdfast-share-1';

/** What stands in the address of a share: its id, and a signature that only this server can make. */
export function formatShareToken(secret: string, id: string): string {
  return `${id}.${signature(secret, id).toString('base64url')}`;
}

/** The id in a token; undefined where the signature is not ours. Takes the same time wherever it is wrong. */
export function readShareToken(secret: string, token: string): string | undefined {
  const [, id, given] = TOKEN.exec(token) ?? [];
  if (id === undefined || given === undefined) return undefined;
  const expected = signature(secret, id);
  const received = Buffer.from(given, 'base64url');
  return received.length === expected.length && timingSafeEqual(received, expected) ? id : undefined;
}

function signature(secret: string, id: string): Buffer {
  return createHmac('sha256', secret).update(`${PURPOSE}\0${id}`).digest();
}
