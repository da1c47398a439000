import { type Dialect, inGroups, marks, type SqlValue } from '@holdfast/storage';

import type { RecordFilter, Viewer } from '../record.ts';

/** Conditions over `memory_record r`, with their parameters. */
export interface Condition {
  readonly sql: string;
  readonly params: readonly SqlValue[];
}

/** What a viewer sees, whatever else is asked. `plus`: see {@link fits}. */
export function seenBy(viewer: Viewer, plus = ''): Condition {
  if (viewer.everybody) return { sql: `${plus}r.tenant = ?`, params: [viewer.tenant] };
  return {
    sql: `${plus}r.tenant = ? and r.user_id in ('', ?) and r.agent_id in ('', ?)`,
    params: [viewer.tenant, viewer.user, viewer.agent],
  };
}

/**
 * What fits a filter. `anyState`: its states are left aside. `byKey`: what is asked for beside it is a key.
 *
 * SQLite keeps no statistics of these tables, and takes tenant and state for more telling than a key or a group. A plus
 * before a column keeps it from choosing its index.
 */
export function fits(
  filter: RecordFilter,
  dialect: Dialect,
  { anyState = false, byKey = false }: { readonly anyState?: boolean; readonly byKey?: boolean } = {},
): Condition {
  const telling = Boolean(filter.group || filter.runId || filter.documentId || filter.user);
  const seen = seenBy(filter.viewer, byKey && !telling && dialect === 'sqlite' ? '+' : '');
  const parts = [seen.sql];
  const params = [...seen.params];
  const and = (sql: string, ...values: SqlValue[]) => {
    parts.push(sql);
    params.push(...values);
  };
  if (!anyState) {
    const states = filter.states?.length ? filter.states : ['active'];
    and(`${(byKey || telling) && dialect === 'sqlite' ? '+' : ''}r.state in (${marks(states.length)})`, ...states);
  }
  if (filter.kinds?.length) and(`r.kind in (${marks(filter.kinds.length)})`, ...filter.kinds);
  // The second half is what the partial indices are bound to.
  if (filter.user !== undefined) and(`r.user_id = ?${filter.user === '' ? '' : ` and r.user_id <> ''`}`, filter.user);
  if (filter.group) and(`r.group_name = ? and r.group_name <> ''`, filter.group);
  if (filter.runId) and(`r.run_id = ? and r.run_id <> ''`, filter.runId);
  if (filter.documentId) and(`r.document_id = ? and r.document_id <> ''`, filter.documentId);
  if (filter.since !== undefined) and('r.at >= ?', Math.trunc(filter.since));
  if (filter.until !== undefined) and('r.at < ?', Math.trunc(filter.until));
  if (filter.contains) {
    and(dialect === 'sqlite' ? 'instr(r.text, ?) > 0' : 'strpos(r.text, ?) > 0', searchable(filter.contains));
  }
  if (filter.pinned !== undefined) and('r.pinned = ?', filter.pinned ? 1 : 0);
  return { sql: parts.join(' and '), params };
}

/** A list of names or keys as several conditions, each with no more parameters than a statement takes. */
export function oneOf(column: string, values: readonly SqlValue[]): Condition[] {
  return inGroups(values).map((group) => ({ sql: `${column} in (${marks(group.length)})`, params: group }));
}

/** Texts are kept without what no database takes, so that nothing with it would ever be found. */
function searchable(text: string): string {
  return text.toWellFormed().replaceAll('\0', '');
}
