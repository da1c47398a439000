import { create, HoldfastError, memorypb } from '@holdfast/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { isAtLeast } from '../auth/roles.ts';
import { identityOf } from '../http/access.ts';

const KIND_WORDS = {
  fact: memorypb.MemoryKind.FACT,
  experience: memorypb.MemoryKind.EXPERIENCE,
  turn: memorypb.MemoryKind.TURN,
  chunk: memorypb.MemoryKind.CHUNK,
  summary: memorypb.MemoryKind.SUMMARY,
} as const;
const STATE_WORDS = {
  active: memorypb.MemoryState.ACTIVE,
  quarantined: memorypb.MemoryState.QUARANTINED,
  archived: memorypb.MemoryState.ARCHIVED,
} as const;
const TRUST_WORDS = {
  user: memorypb.Trust.USER,
  agent: memorypb.Trust.AGENT,
  outside: memorypb.Trust.OUTSIDE,
} as const;

/** What a memory is. */
export const KindSchema = z.enum(['fact', 'experience', 'turn', 'chunk', 'summary']);
/** Whether a memory is recalled. */
export const StateSchema = z
  .enum(['active', 'quarantined', 'archived'])
  .describe('quarantined: from a source of low trust, not recalled until released. archived: forgotten, restorable.');
/** How much what a memory came from is trusted. */
export const TrustSchema = z
  .enum(['user', 'agent', 'outside'])
  .describe('user: a person said it. agent: an agent concluded it. outside: it was read, on a page or in a document.');

/** A name of a conversation, document, user or agent. */
export const NameSchema = z.string().max(500);
/** A moment in a body or a query. */
export const TimeSchema = z.iso.datetime({ offset: true });

/** One memory as REST shows it. */
export const MemorySchema = z
  .object({
    id: z.string(),
    user: z.string().nullable().describe('Who it belongs to; null: everybody of the tenant.'),
    agent: z.string().nullable().describe('The agent that it is for; null: all.'),
    kind: KindSchema,
    state: StateSchema,
    text: z.string(),
    attributes: z.record(z.string(), z.unknown()),
    trust: TrustSchema,
    origin: z.string().describe('user, agent, run, tool, document or import.'),
    run_id: z.string().nullable(),
    action_id: z.string().nullable(),
    document_id: z.string().nullable(),
    author: z.string().nullable().describe('Who said it.'),
    evidence: z.string().nullable().describe('What it rests on, word for word.'),
    location: z.string().nullable().describe('Where in a document.'),
    confidence: z.number().describe('0 to 1.'),
    created_at: z.iso.datetime(),
    at: z.iso.datetime().describe('When what it says took place or was said.'),
    group: z.string().nullable().describe('The conversation or document that it stands in.'),
    position: z.number().int(),
    pinned: z.boolean().describe('Does not fade.'),
    revision: z.number().int(),
    strength_days: z.number().describe('S of R = exp(-t / S), t the days since it was last recalled or created.'),
    recalls: z.number().int(),
    last_recalled_at: z.iso.datetime().nullable(),
    retention: z.number().describe('R at this moment, 0 to 1.'),
    archived_into: z.string().nullable().describe('The memory that speaks for it now.'),
    quarantine_reason: z.string().nullable(),
  })
  .meta({ id: 'Memory' });

/** Whose memories are looked at. Of others: for admins. */
export const ViewerShape = {
  user: NameSchema.optional().describe('Look as this user does. Others than yourself: admins only.'),
  agent: NameSchema.default('').describe('Look as this agent does. Left out: memories for all agents.'),
  everybody: z.stringbool().default(false).describe('Memories of all users and agents: admins only.'),
} as const;

/** Which memories are looked at, in a query. */
export const FilterShape = {
  ...ViewerShape,
  kind: z
    .string()
    .transform((words) => words.split(',').filter((word) => word !== ''))
    .pipe(z.array(KindSchema))
    .optional()
    .describe('One or several, with commas between.'),
  state: StateSchema.default('active'),
  group: NameSchema.default(''),
  run_id: NameSchema.default(''),
  document_id: NameSchema.default(''),
  since: TimeSchema.optional().describe('`at` not before.'),
  until: TimeSchema.optional().describe('`at` before.'),
  contains: z.string().max(200).default('').describe('Text that occurs in it, as written.'),
  pinned: z.stringbool().default(false).describe('Only pinned ones.'),
} as const;

/** The same as a body has it: lists as lists, and true as true. */
export const FilterBodyShape = {
  ...FilterShape,
  everybody: z.boolean().default(false).describe('Memories of all users and agents: admins only.'),
  kind: z.array(KindSchema).max(5).optional(),
  pinned: z.boolean().default(false).describe('Only pinned ones.'),
} as const;

interface AskedViewer {
  readonly user?: string | undefined;
  readonly agent?: string | undefined;
  readonly everybody?: boolean | undefined;
}

interface AskedFilter extends AskedViewer {
  readonly kind?: readonly z.output<typeof KindSchema>[] | undefined;
  readonly state?: z.output<typeof StateSchema> | undefined;
  readonly group?: string | undefined;
  readonly run_id?: string | undefined;
  readonly document_id?: string | undefined;
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  readonly contains?: string | undefined;
  readonly pinned?: boolean | undefined;
}

/**
 * Whose memories a caller means: their own and everybody's, or as they ask.
 *
 * @throws HoldfastError PERMISSION_DENIED where they ask for those of others and are no admin.
 */
export function scopeOf(
  request: FastifyRequest,
  asked: AskedViewer,
): { scope: memorypb.MemoryScope; everybody: boolean } {
  const identity = identityOf(request);
  const own = userOf(request);
  const user = asked.user ?? own;
  const everybody = asked.everybody ?? false;
  if ((everybody || (user !== own && user !== '')) && !isAtLeast(identity.role, 'admin')) {
    throw new HoldfastError(
      'PERMISSION_DENIED',
      `As ${identity.role} you see your own memories and those of everybody.`,
    );
  }
  return { scope: create(memorypb.MemoryScopeSchema, { user, agent: asked.agent ?? '' }), everybody };
}

/** Who memories of a caller belong to. */
export function userOf(request: FastifyRequest): string {
  const { subject, userId } = identityOf(request);
  return userId ?? subject;
}

/** A filter as the service takes it. */
export function filterOf(request: FastifyRequest, asked: AskedFilter): memorypb.MemoryFilter {
  return create(memorypb.MemoryFilterSchema, {
    ...scopeOf(request, asked),
    kinds: (asked.kind ?? []).map((word) => KIND_WORDS[word]),
    states: asked.state === undefined ? [] : [STATE_WORDS[asked.state]],
    group: asked.group ?? '',
    runId: asked.run_id ?? '',
    documentId: asked.document_id ?? '',
    since: asked.since === undefined ? 0 : Date.parse(asked.since),
    until: asked.until === undefined ? 0 : Date.parse(asked.until),
    contains: asked.contains ?? '',
    pinned: asked.pinned ?? false,
  });
}

/** The number of a kind. */
export function kindOf(word: z.output<typeof KindSchema>): memorypb.MemoryKind {
  return KIND_WORDS[word];
}

/** The number of a state. */
export function stateOf(word: z.output<typeof StateSchema>): memorypb.MemoryState {
  return STATE_WORDS[word];
}

/** The number of a trust. */
export function trustOf(word: z.output<typeof TrustSchema>): memorypb.Trust {
  return TRUST_WORDS[word];
}

/** A memory as REST shows it. */
export function memoryOf(memory: memorypb.Memory): z.output<typeof MemorySchema> {
  const from = memory.provenance;
  return {
    id: memory.id,
    user: orNull(memory.scope?.user),
    agent: orNull(memory.scope?.agent),
    kind: wordOf(KIND_WORDS, memory.kind, 'fact'),
    state: wordOf(STATE_WORDS, memory.state, 'active'),
    text: memory.text,
    attributes: memory.attributes ?? {},
    trust: wordOf(TRUST_WORDS, from?.trust, 'outside'),
    origin: from?.origin ?? '',
    run_id: orNull(from?.runId),
    action_id: orNull(from?.actionId),
    document_id: orNull(from?.documentId),
    author: orNull(from?.author),
    evidence: orNull(from?.evidence),
    location: orNull(from?.location),
    confidence: memory.confidence,
    created_at: iso(memory.createdAt),
    at: iso(memory.at),
    group: orNull(memory.group),
    position: memory.position,
    pinned: memory.pinned,
    revision: memory.revision,
    strength_days: memory.strengthDays,
    recalls: memory.recalls,
    last_recalled_at: memory.lastRecalledAt === 0 ? null : iso(memory.lastRecalledAt),
    retention: memory.retention,
    archived_into: orNull(memory.archivedInto),
    quarantine_reason: orNull(memory.quarantineReason),
  };
}

/** Epoch milliseconds as ISO 8601. */
export function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** Epoch milliseconds as ISO 8601; null for 0, which stands for not known or never. */
export function isoOrNull(ms: number): string | null {
  return ms === 0 ? null : iso(ms);
}

/** Null for an empty text. */
export function orNull(text: string | undefined): string | null {
  return text === undefined || text === '' ? null : text;
}

function wordOf<W extends string>(words: Readonly<Record<W, number>>, value: number | undefined, otherwise: W): W {
  return (Object.keys(words) as W[]).find((word) => words[word] === value) ?? otherwise;
}
