import { catalogue } from './corpus/catalogue.ts';
import { FRESH, HELD_OUT, TUNED, UNSEEN, type WrittenQuery } from './corpus/queries.ts';
import { ToolIndex } from './index.ts';

/** How well and how fast tools are found. */
export interface SearchFigures {
  readonly tools: number;
  /** Milliseconds: the first time, when the code is cold; and when one tool of all has changed. */
  readonly indexMs: number;
  readonly updateMs: number;
  /** Median of a search, milliseconds. */
  readonly searchMs: number;
  /** Queries of each set with a right tool among the first five. */
  readonly found: Readonly<Record<string, { readonly queries: number; readonly first: number; readonly five: number }>>;
}

const SETS = { tuned: TUNED, held_out: HELD_OUT, fresh: FRESH, unseen: UNSEEN };

/** Measures the search over the catalogue of this folder. */
export function searchFigures(): SearchFigures {
  const tools = catalogue();
  const index = new ToolIndex();
  const indexMs = timed(() => index.sync(tools));
  const changed = tools.map((tool, at) => (at === 7 ? { ...tool, description: `${tool.description}!` } : tool));
  const updateMs = timed(() => index.sync(changed));
  const times: number[] = [];
  const rank = ({ query, expected }: WrittenQuery): number => {
    let names: string[] = [];
    times.push(timed(() => (names = index.search(query, 5).map(({ name }) => name))));
    return names.findIndex((name) => expected.includes(name));
  };
  const found = Object.fromEntries(
    Object.entries(SETS).map(([name, queries]) => {
      const ranks = queries.map(rank);
      const first = ranks.filter((at) => at === 0).length;
      return [name, { queries: queries.length, first, five: ranks.filter((at) => at >= 0).length }];
    }),
  );
  const searchMs = times.toSorted((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
  return { tools: tools.length, indexMs, updateMs, searchMs, found };
}

function timed(work: () => unknown): number {
  const began = performance.now();
  work();
  return Math.round((performance.now() - began) * 100) / 100;
}

if (import.meta.main) process.stdout.write(`${JSON.stringify(searchFigures(), null, 2)}\n`);
