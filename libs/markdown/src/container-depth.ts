import type { Construct, TokenizeContext, Tokenizer } from 'micromark-util-types';

import { MAX_CONTAINERS, MAX_DEFINITIONS, type ParseState } from './limits.ts';

/** Counts the block quotes, lists and footnotes that are open on a line; those beyond the limit do not open. */
export class ContainerDepth {
  readonly #state: ParseState;
  #line = 0;
  /** Where on the line each of the open containers was continued or opened; a look-ahead at one place counts once. */
  #offsets: number[] = [];

  constructor(state: ParseState) {
    this.#state = state;
  }

  /** The construct, which no longer opens beyond the limit. */
  bound(construct: Construct): Construct {
    const { continuation } = construct;
    return {
      ...construct,
      tokenize: this.#counted(construct.tokenize, construct.name === 'gfmFootnoteDefinition'),
      ...(continuation ? { continuation: { ...continuation, tokenize: this.#counted(continuation.tokenize) } } : {}),
    };
  }

  #counted(tokenize: Tokenizer, isFootnote = false): Tokenizer {
    const state = this.#state;
    const mayOpen = (line: number, offset: number) => this.#mayOpen(line, offset);
    const opened = (offset: number) => {
      if (this.#offsets.at(-1) !== offset) this.#offsets.push(offset);
    };
    return function (this: TokenizeContext, effects, ok, nok) {
      const { line, offset } = this.now();
      const footnotes = this.parser.gfmFootnotes?.length ?? 0;
      if (!mayOpen(line, offset) || (isFootnote && footnotes >= MAX_DEFINITIONS)) {
        state.limited = true;
        return nok;
      }
      return tokenize.call(
        this,
        effects,
        (code) => {
          opened(offset);
          return ok(code);
        },
        nok,
      );
    };
  }

  #mayOpen(line: number, offset: number): boolean {
    if (line !== this.#line) {
      this.#line = line;
      this.#offsets = [];
    }
    while ((this.#offsets.at(-1) ?? -1) >= offset) this.#offsets.pop();
    return this.#offsets.length < MAX_CONTAINERS;
  }
}
