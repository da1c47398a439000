import type { JsonObject } from '@holdfast/protocol';
import type { Row, SqlValue } from '@holdfast/storage';

import type { Kind, MemoryRecord, State, Trust } from '../record.ts';

/** Columns that a record is made of, in the order of {@link valuesOf}. */
export const COLUMNS = [
  'seq',
  'tenant',
  'id',
  'user_id',
  'agent_id',
  'kind',
  'state',
  'text',
  'attributes',
  'trust',
  'origin',
  'run_id',
  'action_id',
  'document_id',
  'author',
  'evidence',
  'location',
  'confidence',
  'created_at',
  'at',
  'group_name',
  'position',
  'pinned',
  'revision',
  'strength_days',
  'recalls',
  'last_recalled_at',
  'archived_into',
  'quarantine_reason',
] as const;

/** `r.seq, r.tenant ...`: what to select for {@link recordOf}. */
export const SELECTED = COLUMNS.map((column) => `r.${column}`).join(', ');

/** The values of a record, in the order of {@link COLUMNS}. */
export function valuesOf(record: MemoryRecord): SqlValue[] {
  const { provenance } = record;
  return [
    record.seq,
    record.scope.tenant,
    record.id,
    record.scope.user,
    record.scope.agent,
    record.kind,
    record.state,
    record.text,
    JSON.stringify(record.attributes),
    provenance.trust,
    provenance.origin,
    provenance.runId,
    provenance.actionId,
    provenance.documentId,
    provenance.author,
    provenance.evidence,
    provenance.location,
    record.confidence,
    record.createdAt,
    record.at,
    record.group,
    record.position,
    record.pinned ? 1 : 0,
    record.revision,
    record.strengthDays,
    record.recalls,
    record.lastRecalledAt,
    record.archivedInto,
    record.quarantineReason,
  ];
}

/** A record from its row. */
export function recordOf(row: Row): MemoryRecord {
  const text = (column: (typeof COLUMNS)[number]) => String(row[column]);
  const number = (column: (typeof COLUMNS)[number]) => Number(row[column]);
  return {
    seq: number('seq'),
    id: text('id'),
    scope: { tenant: text('tenant'), user: text('user_id'), agent: text('agent_id') },
    kind: text('kind') as Kind,
    state: text('state') as State,
    text: text('text'),
    attributes: JSON.parse(text('attributes')) as JsonObject,
    provenance: {
      trust: text('trust') as Trust,
      origin: text('origin'),
      runId: text('run_id'),
      actionId: text('action_id'),
      documentId: text('document_id'),
      author: text('author'),
      evidence: text('evidence'),
      location: text('location'),
    },
    confidence: number('confidence'),
    createdAt: number('created_at'),
    at: number('at'),
    group: text('group_name'),
    position: number('position'),
    pinned: number('pinned') === 1,
    revision: number('revision'),
    strengthDays: number('strength_days'),
    recalls: number('recalls'),
    lastRecalledAt: number('last_recalled_at'),
    archivedInto: text('archived_into'),
    quarantineReason: text('quarantine_reason'),
  };
}
