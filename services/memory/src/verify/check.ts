/** What was found to be so, or not. See VerifyCheck in memory.proto. */
export interface CheckResult {
  /** Such as `lexical = records`. */
  readonly name: string;
  readonly ok: boolean;
  readonly verdict: string;
  readonly expected: number;
  readonly found: number;
  /** It was wrong, and is right now. */
  readonly repaired: boolean;
}

/** Looks whether two stores agree, and with `repair` makes them. What it throws becomes its verdict. */
export interface Check {
  readonly name: string;
  run(repair: boolean): Promise<Omit<CheckResult, 'name'>>;
}

/** Keys, rising, after one: a page of at most `limit`. */
export type KeyPages = (after: number, limit: number) => Promise<readonly number[]>;

/** How two sets of keys differ. */
export interface Difference {
  readonly expected: number;
  readonly found: number;
  /** Expected and not found; found and not expected. */
  readonly missing: readonly number[];
  readonly extra: readonly number[];
}

const PAGE = 5_000;

/** Compares two sets of keys by walking through both: equal counts of different keys are no agreement. */
export async function compareKeys(expected: KeyPages, found: KeyPages): Promise<Difference> {
  const missing: number[] = [];
  const extra: number[] = [];
  const [left, right] = [walk(expected), walk(found)];
  let [a, b] = [await left.next(), await right.next()];
  while (a !== undefined || b !== undefined) {
    if (b === undefined || (a !== undefined && a < b)) {
      missing.push(a ?? 0);
      a = await left.next();
    } else if (a === undefined || b < a) {
      extra.push(b);
      b = await right.next();
    } else {
      [a, b] = [await left.next(), await right.next()];
    }
  }
  return { expected: left.count(), found: right.count(), missing, extra };
}

function walk(pages: KeyPages): { next(): number | undefined | Promise<number | undefined>; count(): number } {
  let page: readonly number[] = [];
  let at = 0;
  let last = 0;
  let seen = 0;
  let ended = false;
  const take = () => {
    const key = page[at];
    if (key === undefined) return undefined;
    at += 1;
    seen += 1;
    last = key;
    return key;
  };
  return {
    next() {
      if (at < page.length || ended) return take();
      return pages(last, PAGE).then((more) => {
        [page, at, ended] = [more, 0, more.length < PAGE];
        return take();
      });
    },
    count: () => seen,
  };
}
