import { fold } from '@holdfast/text';

import type { Draft, State } from '../record.ts';
import { SIGNS } from './signs.ts';

/** What the defences say of a draft. */
export interface Assessment {
  readonly state: State;
  /** Empty: nothing is wrong with it. */
  readonly quarantineReason: string;
  readonly confidence: number;
}

/** What is believed of a memory that does not say so itself. */
const CONFIDENCE = { user: 1, agent: 0.7, outside: 0.5 } as const;
/** Further than that nothing is looked at: what is longer is no fact. */
const LOOKED_AT = 32_000;

/**
 * Looks at what is to be kept (poisoning defence). What a person said is kept as it is. What was read, or what an agent
 * concluded, is never kept as an instruction: where it reads like one it waits in quarantine until a person releases it.
 * Rules like these find what is crude and miss what is clever; that is why memories are also shown to models as data, with
 * where they come from, whatever they say.
 */
export function assess(draft: Draft): Assessment {
  const { trust } = draft.provenance;
  const confidence = Math.min(draft.confidence ?? CONFIDENCE[trust], trust === 'outside' ? 0.8 : 1);
  const fine: Assessment = { state: 'active', quarantineReason: '', confidence };
  if (trust === 'user') return { ...fine, confidence: draft.confidence ?? CONFIDENCE.user };
  const reason = signOf(draft.text);
  return reason === undefined
    ? fine
    : { state: 'quarantined', quarantineReason: reason, confidence: Math.min(confidence, 0.2) };
}

/** Why a text must not be taken for a fact; undefined: it may. */
export function signOf(text: string): string | undefined {
  const given = squeezed(text.slice(0, LOOKED_AT));
  // Full-width letters, traditional characters and the like are no way around it.
  const folded = squeezed(fold(given.replaceAll(/[\u200b-\u200d\u2060\ufeff\u00ad]/gu, '')));
  return SIGNS.find(([sign]) => sign.test(given) || sign.test(folded))?.[1];
}

/** One space for each run: patterns with spaces at several places take the cube of the time over long ones. */
function squeezed(text: string): string {
  return text.replaceAll(/\s+/gu, (run) => (run.includes('\n') ? '\n' : ' '));
}
