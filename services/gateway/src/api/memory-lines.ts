import { create, HoldfastError, memorypb } from '@holdfast/protocol';
import { z } from 'zod';

import {
  KindSchema,
  kindOf,
  memoryOf,
  StateSchema,
  stateOf,
  TimeSchema,
  TrustSchema,
  trustOf,
} from './memory-schema.ts';
import { entityOf, relationOf } from './memory-tiers.ts';

const text = (most: number) => z.string().max(most).nullish();
const time = TimeSchema.nullish();

/** A memory as an export writes it. Only `text` is needed. */
const MemoryLine = z.object({
  type: z.literal('memory').optional(),
  id: text(100),
  user: text(500),
  agent: text(500),
  kind: KindSchema.default('fact'),
  state: StateSchema.default('active'),
  text: z.string().min(1).max(32_000),
  attributes: z.record(z.string(), z.json()).default({}),
  trust: TrustSchema.default('outside'),
  origin: text(40),
  run_id: text(100),
  action_id: text(100),
  document_id: text(100),
  author: text(500),
  evidence: text(2000),
  location: text(500),
  confidence: z.number().min(0).max(1).default(0),
  created_at: time,
  at: time,
  group: text(500),
  position: z.number().int().min(0).default(0),
  pinned: z.boolean().default(false),
  strength_days: z.number().min(0).default(0),
  recalls: z.number().int().min(0).default(0),
  last_recalled_at: time,
});
const EntityLine = z.object({
  type: z.literal('entity'),
  id: z.string().min(1).max(100),
  name: z.string().min(1).max(500),
  entity_type: text(40),
  aliases: z.array(z.string().max(500)).max(1000).default([]),
});
const RelationLine = z.object({
  type: z.literal('relation'),
  id: text(100),
  subject: z.string().min(1).max(100),
  predicate: z.string().min(1).max(80),
  object: z.string().min(1).max(100),
  user: text(500),
  agent: text(500),
  valid_from: time,
  valid_until: time,
  confidence: z.number().min(0).max(1).default(1),
  memory_ids: z.array(z.string().max(100)).default([]),
});
const Line = z.union([EntityLine, RelationLine, MemoryLine]);

/** One line of an export. */
export function lineOf(line: memorypb.ExportedRecord | undefined): string {
  const record = line?.record;
  switch (record?.case) {
    case 'memory':
      return `${JSON.stringify({ type: 'memory', ...memoryOf(record.value) })}\n`;
    case 'entity': {
      const { type, ...entity } = entityOf(record.value);
      return `${JSON.stringify({ type: 'entity', ...entity, entity_type: type })}\n`;
    }
    case 'relation':
      return `${JSON.stringify({ type: 'relation', ...relationOf(record.value) })}\n`;
    case undefined:
      return '';
  }
}

/**
 * What a line says.
 *
 * @throws HoldfastError INVALID_ARGUMENT.
 */
export function recordOf(line: string): memorypb.ExportedRecord {
  const parsed = Line.safeParse(jsonOf(line));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new HoldfastError('INVALID_ARGUMENT', `It is no memory, entity or relation: ${issueText(issue)}`);
  }
  const one = parsed.data;
  switch (one.type) {
    case 'entity':
      return exportedOf({
        case: 'entity',
        value: create(memorypb.EntitySchema, { ...one, type: one.entity_type ?? '' }),
      });
    case 'relation':
      return exportedOf({
        case: 'relation',
        value: create(memorypb.RelationSchema, {
          id: one.id ?? '',
          subject: one.subject,
          predicate: one.predicate,
          object: one.object,
          scope: { user: one.user ?? '', agent: one.agent ?? '' },
          validFrom: msOf(one.valid_from),
          validUntil: msOf(one.valid_until),
          confidence: one.confidence,
          memoryIds: one.memory_ids,
        }),
      });
    case 'memory':
    case undefined:
      return exportedOf({
        case: 'memory',
        value: create(memorypb.MemorySchema, {
          id: one.id ?? '',
          scope: { user: one.user ?? '', agent: one.agent ?? '' },
          kind: kindOf(one.kind),
          state: stateOf(one.state),
          text: one.text,
          attributes: one.attributes,
          provenance: {
            trust: trustOf(one.trust),
            origin: one.origin ?? 'import',
            runId: one.run_id ?? '',
            actionId: one.action_id ?? '',
            documentId: one.document_id ?? '',
            author: one.author ?? '',
            evidence: one.evidence ?? '',
            location: one.location ?? '',
          },
          confidence: one.confidence,
          createdAt: msOf(one.created_at),
          at: msOf(one.at),
          group: one.group ?? '',
          position: one.position,
          pinned: one.pinned,
          strengthDays: one.strength_days,
          recalls: one.recalls,
          lastRecalledAt: msOf(one.last_recalled_at),
        }),
      });
  }
}

/** A record of an export. */
export function exportedOf(record: memorypb.ExportedRecord['record']): memorypb.ExportedRecord {
  return create(memorypb.ExportedRecordSchema, { record });
}

function msOf(value: string | null | undefined): number {
  return value === null || value === undefined ? 0 : Date.parse(value);
}

function jsonOf(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new HoldfastError('INVALID_ARGUMENT', 'It is not JSON.', { cause: error });
  }
}

function issueText(issue: { readonly path: readonly PropertyKey[]; readonly message: string } | undefined): string {
  return issue === undefined ? 'no reason given' : `${issue.path.map(String).join('.')} ${issue.message}`.trim();
}
