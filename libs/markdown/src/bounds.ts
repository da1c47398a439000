import { gfm } from 'micromark-extension-gfm';
import type { Construct, Extension, State, TokenizeContext, Tokenizer } from 'micromark-util-types';

import { ContainerDepth } from './container-depth.ts';
import { boundedLazyLines } from './lazy-lines.ts';
import { MAX_DEFINITIONS, type ParseState } from './limits.ts';
import { ScanBudget } from './scan-budget.ts';

type Constructs = Record<string, Construct | Construct[] | undefined>;

/** Codes of characters that may begin a container: `*+->[` and digits; `null` stands for all others. */
const CONTAINER_CODES = [42, 43, 45, 48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 62, 91];
/** It looks back from every word, which no budget makes cheap; an address stays plain text. */
const DROPPED = 'emailAutolink';
const LINE_ENDING = 'lineEnding';

/**
 * GFM in which every construct that nests or searches is bounded, so that parsing takes time in proportion to the
 * text, whatever the text is. For one parse only: it counts.
 *
 * @param state what is known before the text begins; it is brought up to date.
 */
export function boundedGfm(state: ParseState): Extension[] {
  const containers = new ContainerDepth(state);
  const scan = new ScanBudget(state);
  let bound = false;
  const install: Construct = {
    tokenize(this: TokenizeContext, _effects, _ok, nok): State {
      if (!bound) {
        bound = true;
        const { contentInitial, document, text } = this.parser.constructs;
        this.parser.defined = state.defined;
        this.parser.lazy = boundedLazyLines(state);
        replace(document, (construct) => (construct === install ? construct : containers.bound(construct)));
        replace(contentInitial, (construct) => boundDefinitions(construct, state));
        replace(text, (construct) => {
          if (construct.name === DROPPED) return undefined;
          return construct.name === LINE_ENDING ? construct : scan.bound(construct);
        });
      }
      return nok;
    },
  };
  // An extension can add constructs and forbid them by name, but lists and quotes call themselves by their names. So
  // the first look for a container, which is the first thing that a parse does, puts the bounded ones in their places.
  const document: Constructs = { null: install };
  for (const code of CONTAINER_CODES) document[code] = install;
  return [gfm({ singleTilde: false }), { document }];
}

function replace(record: object, change: (construct: Construct) => Construct | undefined): void {
  const constructs = record as Constructs;
  for (const [code, old] of Object.entries(constructs)) {
    constructs[code] = [old ?? []].flat().flatMap((construct) => change(construct) ?? []);
  }
}

function boundDefinitions(construct: Construct, state: ParseState): Construct {
  const tokenize: Tokenizer = function (effects, ok, nok) {
    if (this.parser.defined.length < MAX_DEFINITIONS) return construct.tokenize.call(this, effects, ok, nok);
    state.limited = true;
    return nok;
  };
  return { ...construct, tokenize };
}
