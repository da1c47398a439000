import { HoldfastError } from '@holdfast/protocol';
import type { Database, ReadToken, Row, SqlValue, Statement } from '@holdfast/storage';
import { CompiledQuery, type Kysely } from 'kysely';

import { fold } from '../run/machine.ts';
import { type RunState, STATE_VERSION } from '../run/state.ts';
import type {
  Append,
  Claim,
  Claimable,
  Journal,
  Lease,
  Loaded,
  NewRun,
  RunQuery,
  RunRow,
  RunStatus,
  RunSummary,
  StoredSignal,
  ToLearn,
} from './journal.ts';
import { ENDED_STATUSES } from './journal.ts';
import { type Created, formatRecords, type Numbered, parseRecords } from './record.ts';
import { searchForm, searchText } from './search.ts';

const RUN_COLUMNS =
  'id, tenant, agent, status, created_at, ended_at, fence, worker, recoveries, total_recoveries, created, summary';

/** What differs between the SQL products. */
export interface SqlFlavour {
  /** Turns `?` into the product's placeholder. */
  readonly sql: (text: string) => string;
  /**
   * Reads one row if the lease (run id, fence) is the latest, and keeps it so until the transaction ends: without
   * that, a claim could come between the check and the commit.
   */
  readonly fenceCheck: string;
}

/** A journal on SQL. `sqlite.ts` and `postgres.ts` give it its flavour. */
export function createSqlJournal(db: Database, flavour: SqlFlavour): Journal {
  const { sql } = flavour;
  const text = {
    fence: flavour.fenceCheck,
    insertRun: sql(
      'insert into runs (id, tenant, agent, status, created_at, request_key, tags, created, summary) values (?, ?, ?, ?, ?, ?, ?, ?, ?)',
    ),
    insertSearch: sql('insert into run_search (run_id, text) values (?, ?)'),
    byKey: sql('select id from runs where tenant = ? and request_key = ?'),
    insertEntry: sql(
      `insert into journal (run_id, entry, first_seq, count, fence, first_n, last_n, records, events)
        values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ),
    insertSnapshot: sql('insert into snapshots (run_id, seq, entry, state) values (?, ?, ?, ?)'),
    setStatus: sql('update runs set status = ?, summary = ?, ended_at = ?, lease_until = ?, worker = ? where id = ?'),
    setSummary: sql('update runs set status = ?, summary = ?, ended_at = ? where id = ?'),
    progress: sql('update runs set recoveries = 0 where id = ?'),
    deleteSignal: sql('delete from signals where id = ?'),
    insertToLearn: sql(
      'insert into runs_to_learn (run_id, due_at, attempts) values (?, ?, 0) on conflict (run_id) do nothing',
    ),
    dueToLearn: sql(
      'select run_id, due_at, attempts from runs_to_learn where due_at <= ? order by due_at, run_id limit 1',
    ),
    takeToLearn: sql(
      'update runs_to_learn set due_at = ?, attempts = attempts + 1 where run_id = ? and due_at = ? and attempts = ?',
    ),
    learned: sql('delete from runs_to_learn where run_id = ?'),
    releaseToLearn: sql('update runs_to_learn set due_at = 0'),
    insertSignal: sql('insert into signals (id, run_id, at, body) values (?, ?, ?, ?)'),
    claim: sql(
      `update runs set fence = fence + 1, worker = ?, lease_until = ?, status = 'running',
        recoveries = recoveries + (case when status = 'running' then 1 else 0 end),
        total_recoveries = total_recoveries + (case when status = 'running' then 1 else 0 end)
        where id = ? and fence = ? and (status in ('queued', 'waiting', 'held') or (status = 'running' and lease_until < ?))`,
    ),
    row: sql(`select ${RUN_COLUMNS} from runs where id = ?`),
    get: sql(`select ${RUN_COLUMNS} from runs where id = ? and tenant = ?`),
    renew: sql(`update runs set lease_until = ? where worker = ? and status = 'running'`),
    snapshot: sql('select seq, entry, state from snapshots where run_id = ? and seq <= ? order by seq desc limit 1'),
    entries: sql(
      'select entry, first_seq, records from journal where run_id = ? and entry > ? and count > 0 and first_seq <= ? order by entry',
    ),
    lastEntry: sql('select max(entry) as entry from journal where run_id = ?'),
    segments: sql(
      `select entry, fence, first_n, last_n, events from journal
        where run_id = ? and entry > ? and last_n > 0 and (fence > ? or (fence = ? and last_n > ?))
        order by entry limit ?`,
    ),
    signalsOfRun: sql('select id, run_id, at, body from signals where run_id = ? order by id'),
    signalsOfWorker: sql(
      `select id, run_id, at, body from signals
        where run_id in (select id from runs where worker = ? and status = 'running') order by id`,
    ),
    claimable: sql(
      `select id, tenant, agent, created_at, fence, status from (
        select id, tenant, agent, created_at, fence, status,
          row_number() over (partition by tenant order by status desc, created_at, id) as place
        from runs where status = 'queued' or (status = 'running' and worker <> ? and lease_until < ?)) as waiting
        where place <= ? order by status desc, created_at, id`,
    ),
  };

  // A read through this journal sees every write through this journal, on a replica too.
  let written: ReadToken | undefined;
  const transact = async (statements: readonly Statement[]) => {
    const committed = await db.transact(statements);
    written = committed.token;
    return committed;
  };
  const read = async (on: Kysely<unknown>, statement: string, params: readonly SqlValue[]) => {
    const { rows } = await on.executeQuery(CompiledQuery.raw(statement, [...params]));
    return rows as Row[];
  };
  /** For what a write will depend on: the primary. */
  const query = (statement: string, params: readonly SqlValue[]) => read(db.writer(), statement, params);
  /** For what is only shown: a replica, where there is one. */
  const show = (statement: string, params: readonly SqlValue[]) => read(db.reader(written), statement, params);

  /** Records of the entries after `afterEntry`, from record `from` to record `to`. */
  const readRecords = async (runId: string, afterEntry: number, from: number, to: number): Promise<Numbered[]> => {
    const rows = await query(text.entries, [runId, afterEntry, to]);
    const numbered = rows.flatMap((row) => {
      const first = Number(row['first_seq']);
      return parseRecords(String(row['records'])).map((record, index) => ({ seq: first + index, record }));
    });
    return numbered.filter(({ seq }) => seq >= from && seq <= to);
  };

  const stateAt = async (runId: string, to: number): Promise<{ state: RunState; seq: number } | undefined> => {
    const [stored] = await query(text.snapshot, [runId, to]);
    const snapshot = stored && readSnapshot(String(stored['state']));
    const base = snapshot ? { seq: Number(stored?.['seq']), entry: Number(stored?.['entry']) } : { seq: 0, entry: 0 };
    const records = await readRecords(runId, base.entry, base.seq + 1, to);
    const state = fold(
      records.map(({ record }) => record),
      snapshot,
    );
    return state && { state, seq: records.at(-1)?.seq ?? base.seq };
  };

  return {
    async create(run: NewRun): Promise<string> {
      const { created } = run;
      const insert = {
        sql: text.insertRun,
        params: [
          run.id,
          created.tenant,
          created.agent,
          'queued',
          created.at,
          run.requestKey === '' ? null : run.requestKey,
          JSON.stringify(created.tags),
          JSON.stringify(slim(created)),
          JSON.stringify(run.summary),
        ],
      };
      const first = { entry: 1, firstSeq: 1, count: 1, records: formatRecords([created]), segment: run.segment };
      try {
        const search = { sql: text.insertSearch, params: [run.id, searchText(run.id, created)] };
        await transact([insert, search, insertEntry(run.id, first)]);
        return run.id;
      } catch (error) {
        const [existing] = run.requestKey === '' ? [] : await query(text.byKey, [created.tenant, run.requestKey]);
        if (existing) return String(existing['id']);
        throw error;
      }
    },

    async append(lease: Lease, append: Append): Promise<ReadToken> {
      const { runId } = lease;
      const statements: Statement[] = [
        { sql: text.fence, params: [runId, lease.fence], expect: 1, otherwise: 'FENCED' },
      ];
      if (append.count > 0 || append.segment) statements.push(insertEntry(runId, append));
      if (append.snapshot) {
        const seq = append.firstSeq + append.count - 1;
        statements.push({ sql: text.insertSnapshot, params: [runId, seq, append.entry, append.snapshot] });
      }
      for (const id of append.signals ?? []) statements.push({ sql: text.deleteSignal, params: [id] });
      if (append.progress) statements.push({ sql: text.progress, params: [runId] });
      if (append.status) {
        const { status, summary, release, at, learn } = append.status;
        if (learn) statements.push({ sql: text.insertToLearn, params: [runId, at] });
        const endedAt = ENDED_STATUSES.includes(status) ? at : 0;
        const common = [status, JSON.stringify(summary), endedAt];
        statements.push(
          release
            ? { sql: text.setStatus, params: [...common, 0, '', runId] }
            : { sql: text.setSummary, params: [...common, runId] },
        );
      }
      return (await transact(statements)).token;
    },

    async load(runId): Promise<Loaded | undefined> {
      const at = await stateAt(runId, Number.MAX_SAFE_INTEGER);
      const [last] = await query(text.lastEntry, [runId]);
      return at && { ...at, entry: Number(last?.['entry'] ?? 0) };
    },
    loadAt: async (runId, seq) => (await stateAt(runId, seq))?.state,
    read: (runId, fromSeq = 1) => readRecords(runId, 0, fromSeq, Number.MAX_SAFE_INTEGER),

    async claim(candidate, worker, now, leaseMs): Promise<Claim | undefined> {
      const before = await query(text.row, [candidate.runId]);
      try {
        const { results } = await transact([
          {
            sql: text.claim,
            params: [worker, now + leaseMs, candidate.runId, candidate.fence, candidate.lostBefore],
            expect: 1,
          },
          { sql: text.row, params: [candidate.runId] },
        ]);
        const stored = results[1]?.rows[0];
        if (!stored) return undefined;
        const row = toRow(stored);
        const recovered = before[0]?.['status'] === 'running' && Number(before[0]['fence']) === candidate.fence;
        return { lease: { runId: row.id, worker, fence: row.fence }, row, recovered };
      } catch (error) {
        if (HoldfastError.has(error, 'CONFLICT')) return undefined;
        throw error;
      }
    },

    async claimable(worker, lostBefore, perTenant): Promise<readonly Claimable[]> {
      const rows = await query(text.claimable, [worker, lostBefore, perTenant]);
      return rows.map((row) => ({
        runId: String(row['id']),
        tenant: String(row['tenant']),
        agent: String(row['agent']),
        createdAt: Number(row['created_at']),
        fence: Number(row['fence']),
        lostBefore,
        recovery: row['status'] === 'running',
      }));
    },

    async renew(worker, until): Promise<void> {
      await transact([{ sql: text.renew, params: [until, worker] }]);
    },

    async get(tenant, runId): Promise<RunRow | undefined> {
      const [row] = await show(text.get, [runId, tenant]);
      return row ? toRow(row) : undefined;
    },

    async list(of: RunQuery): Promise<readonly RunRow[]> {
      const where = ['tenant = ?'];
      const params: SqlValue[] = [of.tenant];
      if (of.statuses && of.statuses.length > 0) {
        where.push(`status in (${of.statuses.map(() => '?').join(', ')})`);
        params.push(...of.statuses);
      }
      if (of.agent) {
        where.push('agent = ?');
        params.push(of.agent);
      }
      if (of.tag) {
        where.push(`tags like ? escape '!'`);
        params.push(contains(JSON.stringify(of.tag)));
      }
      if (of.search) {
        where.push(
          `exists (select 1 from run_search where run_search.run_id = runs.id and run_search.text like ? escape '!')`,
        );
        params.push(contains(searchForm(of.search)));
      }
      if (of.since !== undefined) {
        where.push('created_at >= ?');
        params.push(of.since);
      }
      if (of.until !== undefined) {
        where.push('created_at < ?');
        params.push(of.until);
      }
      if (of.before) {
        where.push('id < ?');
        params.push(of.before);
      }
      const rows = await show(
        sql(
          `select ${RUN_COLUMNS} from runs where ${where.join(' and ')} order by id desc limit ${Math.floor(of.limit)}`,
        ),
        params,
      );
      return rows.map((row) => toRow(row));
    },

    async count(statuses: readonly RunStatus[]): Promise<number> {
      const marks = statuses.map(() => '?').join(', ');
      const [row] = await show(sql(`select count(*) as n from runs where status in (${marks})`), statuses);
      return Number(row?.['n'] ?? 0);
    },

    async signal(signal: StoredSignal): Promise<void> {
      await transact([{ sql: text.insertSignal, params: [signal.id, signal.runId, signal.at, signal.body] }]);
    },

    async signals(of): Promise<readonly StoredSignal[]> {
      const rows =
        'runId' in of ? await query(text.signalsOfRun, [of.runId]) : await query(text.signalsOfWorker, [of.worker]);
      return rows.map((row) => ({
        id: String(row['id']),
        runId: String(row['run_id']),
        at: Number(row['at']),
        body: String(row['body']),
      }));
    },

    async takeToLearn(now, until): Promise<ToLearn | undefined> {
      for (;;) {
        const [due] = await query(text.dueToLearn, [now]);
        if (!due) return undefined;
        const [runId, attempts] = [String(due['run_id']), Number(due['attempts'])];
        try {
          const params = [until, runId, Number(due['due_at']), attempts];
          await transact([{ sql: text.takeToLearn, params, expect: 1 }]);
          return { runId, attempts: attempts + 1 };
        } catch (error) {
          // Another process was faster.
          if (!HoldfastError.has(error, 'CONFLICT')) throw error;
        }
      }
    },

    async learned(runId): Promise<void> {
      await transact([{ sql: text.learned, params: [runId] }]);
    },

    async releaseToLearn(): Promise<void> {
      await transact([{ sql: text.releaseToLearn, params: [] }]);
    },

    async segments(runId, after, afterEntry, limit) {
      const rows = await query(text.segments, [runId, afterEntry, after.fence, after.fence, after.n, limit]);
      return rows.map((row) => ({
        entry: Number(row['entry']),
        fence: Number(row['fence']),
        firstN: Number(row['first_n']),
        lastN: Number(row['last_n']),
        body: String(row['events']),
      }));
    },
  };

  function insertEntry(
    runId: string,
    { entry, firstSeq, count, records, segment }: Pick<Append, 'entry' | 'firstSeq' | 'count' | 'records' | 'segment'>,
  ): Statement {
    const events = segment ?? { fence: 0, firstN: 0, lastN: 0, body: '' };
    return {
      sql: text.insertEntry,
      params: [runId, entry, firstSeq, count, events.fence, events.firstN, events.lastN, records, events.body],
    };
  }
}

/** The pattern of texts that hold this one. */
function contains(part: string): string {
  return `%${part.replaceAll(/[%_!]/g, '!$&')}%`;
}

function toRow(row: Readonly<Record<string, SqlValue>>): RunRow {
  return {
    id: String(row['id']),
    tenant: String(row['tenant']),
    agent: String(row['agent']),
    status: String(row['status']) as RunStatus,
    createdAt: Number(row['created_at']),
    endedAt: Number(row['ended_at']),
    fence: Number(row['fence']),
    worker: String(row['worker']),
    recoveries: Number(row['recoveries']),
    totalRecoveries: Number(row['total_recoveries']),
    created: JSON.parse(String(row['created'])) as Created,
    summary: JSON.parse(String(row['summary'])) as RunSummary,
  };
}

/** A snapshot of another version is as good as none: the journal itself is always there. */
function readSnapshot(stored: string): RunState | undefined {
  const state = JSON.parse(stored) as RunState;
  return state.v === STATE_VERSION ? state : undefined;
}

/** The row shows where a fork came from; the conversation that it took along is in the journal only. */
function slim(created: Created): Created {
  return created.fork ? { ...created, fork: { ...created.fork, messages: [], calls: [] } } : created;
}
