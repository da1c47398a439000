import type { z } from 'zod';

import type { LiveSandbox } from '../../sandboxes/live-sandbox.ts';
import type { ListSchema } from './schemas.ts';

/** One page, and where the next one begins. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly nextToken?: string;
}

/** The sandboxes that are asked for, a page of them. */
export function listPage(all: readonly LiveSandbox[], query: z.infer<typeof ListSchema>): Page<LiveSandbox> {
  const wanted = metadataOf(query.metadata);
  const states = query.state ?? ['running', 'paused'];
  const after = query.startedAfter === undefined ? -Infinity : Date.parse(query.startedAfter);
  const found = all
    .filter(({ state }) => states.some((one) => one === state))
    .filter(({ identity }) => wanted.every(([key, value]) => identity.metadata[key] === value))
    .filter(({ startedAt }) => startedAt >= after)
    .filter(({ made }) => isOf(query.template, made.template))
    .map((sandbox) => ({ sandbox, key: keyOf(sandbox) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1) * (query.order === 'asc' ? 1 : -1));
  const { items, nextToken } = page(found, query, ({ key }, token) =>
    query.order === 'asc' ? key > token : key < token,
  );
  return { items: items.map(({ sandbox }) => sandbox), ...(nextToken === undefined ? {} : { nextToken }) };
}

/**
 * What comes after `nextToken`, at most `limit`. The token is the key of the last item, so that a list which changes
 * meanwhile leaves nothing out.
 */
export function page<T extends { readonly key: string }>(
  items: readonly T[],
  { limit, nextToken }: { readonly limit: number; readonly nextToken?: string | undefined },
  isAfter: (item: T, key: string) => boolean,
): Page<T> {
  const last = nextToken === undefined ? undefined : Buffer.from(nextToken, 'base64url').toString();
  const rest = last === undefined ? items : items.filter((item) => isAfter(item, last));
  const taken = rest.slice(0, limit);
  const end = taken.at(-1);
  if (rest.length <= limit || !end) return { items: taken };
  return { items: taken, nextToken: Buffer.from(end.key).toString('base64url') };
}

/** Key that sorts by start, then by id. */
function keyOf({ startedAt, id }: LiveSandbox): string {
  return `${startedAt.toString().padStart(16, '0')} ${id}`;
}

function isOf(
  wanted: string | undefined,
  template: { readonly id: string; readonly names: readonly string[] },
): boolean {
  return wanted === undefined || template.id === wanted || template.names.includes(wanted);
}

/** `a=1&b=2`, with each name and value encoded once more, as the SDKs send it. */
export function metadataOf(text: string | undefined): readonly (readonly [string, string])[] {
  const decode = (part: string): string => {
    try {
      return decodeURIComponent(part);
    } catch {
      // Encoded once only: it is what it is.
      return part;
    }
  };
  return [...new URLSearchParams(text ?? '')].map(([key, value]) => [decode(key), decode(value)] as const);
}
