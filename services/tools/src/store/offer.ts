import { HoldfastError } from '@holdfast/protocol';

import { mergeTexts } from './text.ts';

/** The largest merged text that goes into an error, characters. */
const MAX_OFFER_CHARS = 200_000;

/** What is known of a write that came too late. */
export interface TooLate {
  readonly path: string;
  readonly reason: 'lock lost' | 'changed';
  readonly base: number | undefined;
  readonly current: number;
  /** Where its content is kept; undefined: it had none. */
  readonly draft: string | undefined;
  /** Its content as text, and that of a version. */
  readonly mine: () => Promise<string | undefined>;
  readonly text: (n: number) => Promise<string | undefined>;
}

/** The CONFLICT that a write which came too late ends in, with a merge of both where they are texts. */
export async function offerOf(late: TooLate): Promise<HoldfastError> {
  const { path, reason, base = 0, current, draft } = late;
  const merge = await mergeOf(late);
  const what =
    reason === 'lock lost'
      ? `The lock of ${path} was lost: a later holder came first.`
      : `${path} changed: it is at version ${current}, and this change was made from ${base === 0 ? 'no version' : `version ${base}`}.`;
  const kept =
    draft === undefined ? 'Nothing was changed.' : `Nothing was changed; what you sent is kept as draft ${draft}.`;
  return new HoldfastError('CONFLICT', `${what} ${kept} ${nextOf(merge, current)}`, {
    details: {
      reason,
      path,
      base,
      current,
      ...(draft === undefined ? {} : { draft }),
      merge: merge?.clean === undefined ? 'none' : merge.clean ? 'clean' : 'conflicts',
      ...(merge && merge.text.length <= MAX_OFFER_CHARS ? { merged: merge.text, conflicts: merge.conflicts } : {}),
    },
  });
}

async function mergeOf({ base, current, mine, text }: TooLate): Promise<ReturnType<typeof mergeTexts> | undefined> {
  if (base === undefined || current === 0) return undefined;
  const [own, theirs, common] = await Promise.all([mine(), text(current), base === 0 ? '' : text(base)]);
  if (own === undefined || theirs === undefined || common === undefined) return undefined;
  return mergeTexts(common, own, theirs, { mine: 'yours', theirs: `version ${current}` });
}

function nextOf(merge: ReturnType<typeof mergeTexts> | undefined, current: number): string {
  if (!merge) return `Read version ${current}, put your change into it, and write it with base version ${current}.`;
  return merge.clean
    ? `Both changes fit together: details.merged has them; check it and write it with base version ${current}.`
    : `Both changed the same lines: details.merged shows them between marks; settle them, and write with base version ${current}.`;
}
