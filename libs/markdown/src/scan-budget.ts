import type { Code, Construct, Previous, State, TokenizeContext, Tokenizer } from 'micromark-util-types';

import { MAX_MARKED_CHARS, MAX_MARKS, MAX_RUN, type ParseState, SCAN_FACTOR, SCAN_FREE } from './limits.ts';

/** Constructs that take one run of the same mark, whose levels nest. */
const RUNS = new Set(['attention', 'strikethrough']);

/** What the marks of one paragraph, heading or cell have cost so far. */
interface Spent {
  readonly start: number;
  marks: number;
  steps: number;
}

/**
 * Bounds what marks within text may cost: their number, and how far each may search for its end. A mark that there is
 * no budget for fails, and is the plain text that it would be without an end.
 */
export class ScanBudget {
  readonly #spent = new WeakMap<TokenizeContext, Spent>();

  readonly #state: ParseState;

  constructor(state: ParseState) {
    this.#state = state;
  }

  /** The construct, which now fails where its paragraph has spent its budget. */
  bound(construct: Construct): Construct {
    const longest = RUNS.has(construct.name ?? '') ? MAX_RUN + 1 : Number.POSITIVE_INFINITY;
    const spentBy = (context: TokenizeContext) => this.#spentBy(context);
    const state = this.#state;
    const mayBegin = ({ marks, start }: Spent, offset: number): boolean => {
      const may = marks < MAX_MARKS && offset - start <= MAX_MARKED_CHARS;
      if (!may) state.limited = true;
      return may;
    };
    const tokenize: Tokenizer = function (this: TokenizeContext, effects, ok, nok) {
      const spent = spentBy(this);
      if (!mayBegin(spent, this.now().offset)) return nok;
      spent.marks += 1;
      const done = this.now().offset - spent.start;
      const most = Math.min(SCAN_FREE + SCAN_FACTOR * done, spent.steps + longest);
      let ended = false;
      const end = (after: State) => (code: Code) => {
        ended = true;
        return after(code);
      };
      let next: State | undefined = construct.tokenize.call(this, effects, end(ok), end(nok));
      const step: State = (code) => {
        spent.steps += 1;
        if (spent.steps > most) {
          state.limited = true;
          return nok(code);
        }
        next = next?.(code) ?? undefined;
        return ended ? next : step;
      };
      return step;
    };
    // Asked before the text is split at a mark: where nothing is left to spend, it stays in one piece.
    const previous: Previous = function (this: TokenizeContext, code) {
      return mayBegin(spentBy(this), this.now().offset) && (construct.previous?.call(this, code) ?? true);
    };
    return { ...construct, tokenize, previous };
  }

  #spentBy(context: TokenizeContext): Spent {
    const known = this.#spent.get(context);
    if (known) return known;
    const spent = { start: context.now().offset, marks: 0, steps: 0 };
    this.#spent.set(context, spent);
    return spent;
  }
}
