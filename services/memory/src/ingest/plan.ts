/** A chunk that is remembered already. */
export interface Held {
  readonly id: string;
  readonly seq: number;
  readonly hash: string;
  readonly position: number;
}

/** What an ingestion has to do. */
export interface Plan<C> {
  /** Stay as they are. */
  readonly kept: readonly Held[];
  readonly added: readonly { readonly chunk: C; readonly position: number }[];
  readonly removed: readonly Held[];
}

/** Between two chunks that are new there is room for so many others, less one. */
export const STEP = 1024;

/**
 * What has to change so that the document consists of `chunks`. Positions only have to rise, and leave gaps: what is
 * inserted finds room in one, and nothing else moves. Where a gap is full, the chunk behind it is written anew, and so on
 * until there is room. A chunk that moved within the document is written anew as well.
 *
 * No new position is one that is held, also by what will be removed: so what was there before can stay until the new
 * chunks are safe. Pure: from what an interrupted ingestion left, the same call plans the rest of it.
 */
export function planOf<C extends { readonly hash: string }>(held: readonly Held[], chunks: readonly C[]): Plan<C> {
  const anchors = anchorsOf(held, chunks);
  const taken = new Set(held.map(({ position }) => position));
  const kept: Held[] = [];
  const added: { chunk: C; position: number }[] = [];
  let last = 0;
  let waiting: C[] = [];
  for (const [n, chunk] of chunks.entries()) {
    const anchor = anchors.get(n);
    const free = anchor === undefined ? undefined : freeBetween(last, anchor.position, waiting.length, taken);
    if (anchor === undefined || free === undefined) {
      waiting.push(chunk);
      continue;
    }
    for (const [at, one] of waiting.entries()) added.push({ chunk: one, position: free[at] ?? 0 });
    kept.push(anchor);
    waiting = [];
    last = anchor.position;
  }
  for (const chunk of waiting) {
    last = nextFree(last, taken);
    added.push({ chunk, position: last });
  }
  const stays = new Set(kept.map(({ seq }) => seq));
  return { kept, added, removed: held.filter(({ seq }) => !stays.has(seq)) };
}

/** Which held chunk each new one is, by its place among the new ones: the most that are in order in both. */
function anchorsOf(held: readonly Held[], chunks: readonly { readonly hash: string }[]): Map<number, Held> {
  const byHash = new Map<string, Held[]>();
  for (const one of [...held].sort((a, b) => a.position - b.position)) {
    const same = byHash.get(one.hash);
    if (same) same.push(one);
    else byHash.set(one.hash, [one]);
  }
  // Equal chunks are told apart by their order.
  const used = new Map<string, number>();
  const pairs: { readonly n: number; readonly held: Held }[] = [];
  for (const [n, { hash }] of chunks.entries()) {
    const nth = used.get(hash) ?? 0;
    const one = byHash.get(hash)?.[nth];
    used.set(hash, nth + 1);
    if (one) pairs.push({ n, held: one });
  }
  return new Map(longestRising(pairs).map((pair) => [pair.n, pair.held]));
}

/** The longest subsequence whose positions rise (patience sorting). */
function longestRising<P extends { readonly held: Held }>(pairs: readonly P[]): P[] {
  const tails: number[] = [];
  const before: number[] = [];
  const positionOf = (index: number | undefined) => (index === undefined ? -1 : (pairs[index]?.held.position ?? -1));
  for (const [at, { held }] of pairs.entries()) {
    let [low, high] = [0, tails.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (positionOf(tails[middle]) < held.position) low = middle + 1;
      else high = middle;
    }
    before[at] = tails[low - 1] ?? -1;
    tails[low] = at;
  }
  const rising: P[] = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = before[at] ?? -1) {
    const pair = pairs[at];
    if (pair) rising.push(pair);
  }
  return rising.toReversed();
}

/** `count` positions between two others, spread evenly; undefined where there are not so many free ones. */
function freeBetween(low: number, high: number, count: number, taken: ReadonlySet<number>): number[] | undefined {
  if (count === 0) return [];
  const found: number[] = [];
  const step = Math.max(1, Math.floor((high - low) / (count + 1)));
  let at = low;
  while (found.length < count) {
    at = Math.max(at + 1, low + step * (found.length + 1));
    while (taken.has(at)) at++;
    // Room must be left for those that follow: a full end is tried again without steps.
    if (at >= high) return step === 1 ? undefined : packedBetween(low, high, count, taken);
    found.push(at);
  }
  return found;
}

function packedBetween(low: number, high: number, count: number, taken: ReadonlySet<number>): number[] | undefined {
  const found: number[] = [];
  for (let at = low + 1; at < high && found.length < count; at++) if (!taken.has(at)) found.push(at);
  return found.length === count ? found : undefined;
}

function nextFree(last: number, taken: ReadonlySet<number>): number {
  let at = (Math.floor(last / STEP) + 1) * STEP;
  while (taken.has(at)) at += STEP;
  return at;
}
