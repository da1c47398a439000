import { HoldfastError } from '@holdfast/protocol';
import { fold, nameKey } from '@holdfast/text';

import type { RelationDraft } from './graph.ts';

/** Characters; of a name, a predicate, a type of entity, and the memories that one call names. */
export const GRAPH_BOUNDS = { name: 200, predicate: 80, type: 40, memories: 10_000 };

/** A name as it is kept, and the key under which it is compared. */
export interface CheckedName {
  readonly name: string;
  readonly key: string;
}

/** A draft whose texts are checked and normalised. */
export interface CheckedDraft extends Omit<RelationDraft, 'subject' | 'object'> {
  readonly subject: CheckedName & { readonly type: string };
  readonly object: CheckedName & { readonly type: string };
}

/** Trims and squeezes a name. @throws HoldfastError INVALID_ARGUMENT where it is none */
export function checkName(name: string): CheckedName {
  const tidy = text(name, 'A name', GRAPH_BOUNDS.name);
  const key = nameKey(tidy);
  if (key === '') throw refused('A name is empty.');
  return { name: tidy, key };
}

/** Checks and normalises what is to be related. @throws HoldfastError INVALID_ARGUMENT */
export function checkDraft(draft: RelationDraft): CheckedDraft {
  const subject = { ...checkName(draft.subject.name), type: typeOf(draft.subject.type) };
  const object = { ...checkName(draft.object.name), type: typeOf(draft.object.type) };
  if (subject.key === object.key) throw refused('A relation is between two entities, and both names are of one.');
  const predicate = fold(text(draft.predicate, 'A predicate', GRAPH_BOUNDS.predicate));
  if (predicate === '') throw refused('A relation has no predicate.');
  const { tenant, user, agent } = draft.scope;
  if (tenant === '') throw refused('A relation says no tenant.');
  for (const id of [tenant, user, agent, ...draft.memoryIds]) {
    if (id.includes('\0')) throw refused('An id has a NUL character.');
  }
  if (draft.memoryIds.length > GRAPH_BOUNDS.memories) {
    throw refused(`A relation is said by more than ${GRAPH_BOUNDS.memories} memories in one call.`);
  }
  const { validFrom, validUntil, confidence } = draft;
  if (![validFrom, validUntil].every(Number.isSafeInteger)) throw refused('A time is no whole number of milliseconds.');
  if (validUntil !== 0 && validUntil <= validFrom) throw refused('A relation ends before it begins.');
  if (!(confidence >= 0 && confidence <= 1)) throw refused('A confidence is not between 0 and 1.');
  return { ...draft, memoryIds: [...new Set(draft.memoryIds)], subject, object, predicate };
}

/** A type as it is kept and compared. @throws HoldfastError INVALID_ARGUMENT */
export function typeOf(type: string): string {
  return fold(text(type, 'A type', GRAPH_BOUNDS.type));
}

/** The error of a merge or an alias whose entity is gone. */
export function noEntity(): HoldfastError {
  return new HoldfastError('NOT_FOUND', 'One of these entities is not here. Nothing was changed. List them again.');
}

/** The error of a relation of an entity with itself under another name. */
export function sameEntity(): HoldfastError {
  return refused('A relation is between two entities, and both names are of one.');
}

function text(raw: string, what: string, most: number): string {
  // The bound comes first: long texts are not worth folding.
  if (raw.length > most * 4) throw refused(`${what} is longer than ${most} characters.`);
  if (raw.includes('\0')) throw refused(`${what} has a NUL character.`);
  const tidy = raw.toWellFormed().replaceAll(/\s+/gu, ' ').trim();
  if (tidy.length > most) throw refused(`${what} is longer than ${most} characters.`);
  return tidy;
}

function refused(what: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', `${what} Nothing was changed.`);
}
