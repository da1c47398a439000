import { createHash } from 'node:crypto';

import { HoldfastError, type JsonObject } from '@holdfast/protocol';
import { fold } from '@holdfast/text';

import { type Draft, KINDS, type MemoryRecord, type Provenance, STATES, type Trust, TRUSTS } from '../record.ts';

/** Characters (UTF-16 units) of a memory's text. */
export const MAX_TEXT = 32_000;
/** Characters of the evidence that a memory rests on. */
export const MAX_EVIDENCE = 2_000;
/** Characters of a memory's attributes, as JSON. */
export const MAX_ATTRIBUTES = 16_000;
/** Characters of a name: an id, a user, a group, a place in a document ... */
export const MAX_NAME = 1_000;

const CONFIDENCE: Readonly<Record<Trust, number>> = { user: 1, agent: 0.7, outside: 0.5 };

/** Days that the strength of a new memory is worth, where nobody says otherwise. */
export const INITIAL_STRENGTH_DAYS = 7;

/** How a memory is made of a draft. */
export interface Making {
  readonly now: number;
  readonly newId: () => string;
  readonly strengthOf: (draft: Draft) => number;
}

/**
 * The memory that a draft becomes; its key is not known yet (0). NUL characters and halves of surrogate pairs, which no
 * database keeps, are taken out.
 *
 * Throws INVALID_ARGUMENT, TOO_LARGE.
 */
export function made(draft: Draft, { now, newId, strengthOf }: Making): MemoryRecord {
  const { scope, kind, state = 'active' } = draft;
  if (!KINDS.includes(kind)) throw wrong(`"${kind}" is no kind of memory (${KINDS.join(', ')})`);
  if (!STATES.includes(state)) throw wrong(`"${state}" is no state of a memory (${STATES.join(', ')})`);
  const tenant = nameOf('tenant', scope.tenant);
  if (tenant === '') throw wrong('a memory needs a tenant');
  return {
    seq: 0,
    id: draft.id === undefined || draft.id === '' ? newId() : nameOf('id', draft.id),
    scope: { tenant, user: nameOf('user', scope.user), agent: nameOf('agent', scope.agent) },
    kind,
    state,
    text: textOf(draft.text),
    attributes: attributesOf(draft.attributes ?? {}),
    provenance: provenanceOf(draft.provenance),
    confidence: confidenceOf(draft.confidence ?? CONFIDENCE[draft.provenance.trust]),
    createdAt: now,
    at: timeOf(draft.at ?? now),
    group: nameOf('group', draft.group ?? ''),
    position: positionOf(draft.position ?? 0),
    pinned: draft.pinned ?? false,
    revision: 1,
    strengthDays: strengthDaysOf(draft.strengthDays ?? strengthOf(draft)),
    recalls: 0,
    lastRecalledAt: 0,
    archivedInto: '',
    quarantineReason: state === 'quarantined' ? nameOf('quarantine reason', draft.quarantineReason ?? '') : '',
  };
}

/** Whether a memory stands in line with others: a turn of a conversation or a part of a document. */
export function isPlaced({ group, kind }: Pick<MemoryRecord, 'group' | 'kind'>): boolean {
  return group !== '' && (kind === 'turn' || kind === 'chunk');
}

/**
 * What is equal for two memories that say the same to the same: the hash of scope, kind and folded text. What stands in
 * line has its place in it, since people repeat themselves. Quarantined ones are compared among themselves, so that
 * nothing that was read can keep a human from saying the same. Archived ones: null, it may be said again.
 */
export function sameKey(record: MemoryRecord): string | null {
  if (record.state === 'archived') return null;
  const { scope, kind } = record;
  const place = isPlaced(record) ? [record.group, record.position] : [];
  const said = JSON.stringify([scope.tenant, scope.user, scope.agent, kind, ...place, fold(record.text)]);
  return `${record.state === 'quarantined' ? 'q' : 'a'}:${createHash('sha256').update(said).digest('hex')}`;
}

/** A text as it is kept. Throws INVALID_ARGUMENT where nothing is left of it, and TOO_LARGE. */
export function textOf(text: string): string {
  const kept = clean(text).trim();
  if (kept === '') throw wrong('a memory needs a text');
  return bounded('text', kept, MAX_TEXT);
}

/** Attributes as they are kept. Throws TOO_LARGE. */
export function attributesOf(attributes: JsonObject): JsonObject {
  bounded('attributes', JSON.stringify(attributes), MAX_ATTRIBUTES);
  return attributes;
}

/** Throws INVALID_ARGUMENT for what is not between 0 and 1. */
export function confidenceOf(confidence: number): number {
  if (!(confidence >= 0 && confidence <= 1)) throw wrong('the confidence of a memory is between 0 and 1');
  return confidence;
}

/** Epoch milliseconds, whole. Throws INVALID_ARGUMENT for what is no time of the calendar. */
export function timeOf(at: number): number {
  if (!(Math.abs(at) <= 8.64e15)) throw wrong(`${at} is no time in epoch milliseconds`);
  return Math.trunc(at);
}

function positionOf(position: number): number {
  if (!Number.isSafeInteger(position) || position < 0) throw wrong(`${position} is no place in a group`);
  return position;
}

function strengthDaysOf(days: number): number {
  if (!(days > 0 && Number.isFinite(days))) throw wrong(`${days} is no strength in days`);
  return days;
}

function provenanceOf(given: Provenance): Provenance {
  if (!TRUSTS.includes(given.trust)) throw wrong(`"${given.trust}" is no trust (${TRUSTS.join(', ')})`);
  return {
    trust: given.trust,
    origin: nameOf('origin', given.origin),
    runId: nameOf('run', given.runId),
    actionId: nameOf('action', given.actionId),
    documentId: nameOf('document', given.documentId),
    author: nameOf('author', given.author),
    evidence: bounded('evidence', clean(given.evidence), MAX_EVIDENCE),
    location: nameOf('location', given.location),
  };
}

function nameOf(what: string, name: string): string {
  return bounded(what, clean(name), MAX_NAME);
}

function clean(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}

function bounded(what: string, text: string, limit: number): string {
  if (text.length <= limit) return text;
  throw new HoldfastError(
    'TOO_LARGE',
    `The ${what} of a memory has ${text.length} characters; at most ${limit} are kept. Nothing was kept: shorten it, ` +
      'or cut it into several memories.',
    { details: { limit } },
  );
}

function wrong(what: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', `The memory cannot be kept: ${what}. Nothing was kept.`);
}
