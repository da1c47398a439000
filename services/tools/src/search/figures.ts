import { catalogue } from './corpus/catalogue.ts';
import { FRESH, HELD_OUT, TUNED, UNSEEN, type WrittenQuery } from './corpus/queries.ts';
import { secondCatalogue } from './corpus/second/catalogue.ts';
import { A, B, C, D, E, F, G, H, I, J } from './corpus/second/queries.ts';
import { type Searchable, ToolIndex } from './index.ts';

interface Found {
  readonly queries: number;
  /** With a right tool in the first place. */
  readonly first: number;
  /** With a right tool among the first five. */
  readonly five: number;
}

/** How well and how fast tools are found. */
export interface SearchFigures {
  /** Of each catalogue, and of both together, over which it is timed. */
  readonly tools: { readonly first: number; readonly second: number; readonly both: number };
  /** Milliseconds: the first time, when the code is cold; and when one tool of all has changed, the median of several. */
  readonly indexMs: number;
  readonly updateMs: number;
  /** Median and 99th percentile of a search, milliseconds. */
  readonly searchMs: { readonly median: number; readonly p99: number };
  /** The queries of each set. */
  readonly found: Readonly<Record<string, Found>>;
}

const UPDATES = 9;
const FIRST_SETS = { tuned: TUNED, held_out: HELD_OUT, fresh: FRESH, unseen: UNSEEN, F, H, J };
const SECOND_SETS = { A, B, C, D, E, G, I };

/** Measures the search over the catalogues of this folder. */
export function searchFigures(): SearchFigures {
  const first = catalogue();
  const second = secondCatalogue();
  const both = [...new Map([...first, ...second].map((tool) => [tool.name, tool])).values()];
  const index = new ToolIndex();
  const indexMs = timed(() => index.sync(both));
  const updates = Array.from({ length: UPDATES }, (_, nth) =>
    timed(() => index.sync(both.map((tool, at) => (at === 7 ? { ...tool, description: `Version ${nth}` } : tool)))),
  );
  const all = Object.values({ ...FIRST_SETS, ...SECOND_SETS }).flat();
  const searches = all.map(({ query }) => timed(() => index.search(query, 5)));
  return {
    tools: { first: first.length, second: second.length, both: both.length },
    indexMs,
    updateMs: quantile(updates, 0.5),
    searchMs: { median: quantile(searches, 0.5), p99: quantile(searches, 0.99) },
    found: { ...foundIn(first, FIRST_SETS), ...foundIn(second, SECOND_SETS) },
  };
}

function foundIn(
  tools: readonly Searchable[],
  sets: Readonly<Record<string, readonly WrittenQuery[]>>,
): Record<string, Found> {
  const index = new ToolIndex();
  index.sync(tools);
  const rank = ({ query, expected }: WrittenQuery): number =>
    index.search(query, 5).findIndex(({ name }) => expected.includes(name));
  return Object.fromEntries(
    Object.entries(sets).map(([name, queries]) => {
      const ranks = queries.map(rank);
      const first = ranks.filter((at) => at === 0).length;
      return [name, { queries: queries.length, first, five: ranks.filter((at) => at >= 0).length }];
    }),
  );
}

function quantile(values: readonly number[], of: number): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length * of)] ?? 0;
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return Math.round((performance.now() - began) * 100) / 100;
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(searchFigures(), null, 2)}\n`);
