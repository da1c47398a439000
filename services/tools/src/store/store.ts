import { HoldfastError } from '@holdfast/protocol';
import {
  type AcquireOptions,
  change,
  type Database,
  type Lock,
  type Locks,
  type Row,
  select,
  type Statement,
  statement,
} from '@holdfast/storage';

import { bytesOf } from './bytes.ts';
import type { ChunkStore } from './chunks/chunk-store.ts';
import { type Content, Contents } from './content.ts';
import { Drafts } from './drafts.ts';
import type { StoreFault } from './fault.ts';
import { offerOf } from './offer.ts';
import { checkPath, checkPrefix, splitVersion } from './path.ts';
import { MAX_TEXT_BYTES, textOf, unifiedDiff } from './text.ts';
import { type Version, VERSION_COLUMNS, versionOf } from './version.ts';

/** What {@link FileStore} takes from the outside. */
export interface FileStoreDeps {
  readonly database: Database;
  readonly chunks: ChunkStore;
  readonly locks: Locks;
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** 16 hex digits, new for each call. */
  readonly newId: () => string;
  /** The largest file, bytes. */
  readonly maxBytes: number;
  readonly fault: StoreFault;
}

/** Whose files, and in whose name. */
export interface Author {
  readonly tenant: string;
  readonly subject: string;
  /** Empty for people. */
  readonly runId: string;
}

/** How a change is made. */
export interface ChangeOptions {
  /** The version that the change was made from: refused where it is not the newest. 0: there must be no such file. */
  readonly base?: number;
  /** Token of a lock of this path that the caller holds. Left out: the store takes the lock for the change. */
  readonly fence?: number;
  readonly message?: string;
  /** A change with a key that this path has seen already gives the version that it made then. */
  readonly requestKey?: string;
  /** What the content must be, hex. */
  readonly sha256?: string;
  readonly signal?: AbortSignal;
}

/** A file in a listing: its newest version. */
export interface Listed extends Version {
  /** The oldest version that is kept. */
  readonly oldest: number;
}

/** What {@link FileStore.list} shows. */
export interface ListOptions {
  /** Only paths after this one. */
  readonly after?: string;
  readonly limit: number;
  /** Files whose newest version says that they were deleted, too. */
  readonly deleted?: boolean;
}

/** A lock that was taken for somebody outside of this process. */
export interface PathLock {
  readonly path: string;
  readonly token: number;
  readonly holder: string;
}

/** Of a lock that the store takes itself: a killed process keeps others waiting for so long. The fence does the rest. */
const LOCK_MS = 5000;
const LOCK_WAIT_MS = 20_000;
const TRIES = 8;

interface Head {
  readonly n: number;
  readonly fence: number;
  readonly deleted: boolean;
}

/**
 * Files that all agents and people of a tenant share, on all machines. Every change makes a version; none is ever
 * changed. Bytes are stored first, then the version that refers to them appears in one transaction, which also checks
 * that nobody came between (the version, and the fencing token of the lock).
 */
export class FileStore {
  readonly #deps: FileStoreDeps;
  /** For the sweep, which collects what no version refers to. */
  readonly contents: Contents;
  readonly drafts: Drafts;

  constructor(deps: FileStoreDeps) {
    this.#deps = deps;
    this.contents = new Contents(deps);
    this.drafts = new Drafts(deps, this.contents);
  }

  /**
   * Makes a new version of a file, of a stream.
   *
   * @throws HoldfastError CONFLICT where it changed since `base` (the content is kept as a draft, and `details` offer a
   * merge) or the lock was lost or is held by others; INVALID_ARGUMENT, TOO_LARGE, STORAGE_FULL, STORAGE_UNAVAILABLE.
   */
  async write(
    author: Author,
    given: string,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options: ChangeOptions = {},
  ): Promise<Version> {
    const path = checkPath(given);
    await this.#refuseVersionName(author.tenant, path);
    const before = await this.#byRequest(author.tenant, path, options.requestKey);
    if (before) return before;
    const taken = await this.contents.take(author.tenant, content, {
      most: this.#deps.maxBytes,
      ...(options.signal ? { signal: options.signal } : {}),
    });
    if (options.sha256 !== undefined && options.sha256 !== taken.sha256) {
      throw new HoldfastError(
        'INVALID_ARGUMENT',
        `What arrived for ${path} has another SHA-256 than was announced. Nothing was changed; send it again, whole.`,
        { details: { reason: 'sha256', sha256: taken.sha256 } },
      );
    }
    return await this.#change(author, path, options, { content: taken });
  }

  /** Makes an old content the newest version; stores no byte. @throws HoldfastError as {@link write}, and NOT_FOUND. */
  async rollback(author: Author, given: string, n: number, options: ChangeOptions = {}): Promise<Version> {
    const path = checkPath(given);
    const old = await this.version(author.tenant, path, n);
    if (old.deleted) throw new HoldfastError('NOT_FOUND', `Version ${n} of ${path} is a deletion. Name an older one.`);
    const message = options.message ?? `Back to version ${n}`;
    return await this.#change(author, path, { ...options, message }, { sha256: old.sha256, size: old.size });
  }

  /** Deletes a file: a version without content. All others stay. @throws HoldfastError as {@link write}, and NOT_FOUND. */
  async remove(author: Author, given: string, options: ChangeOptions = {}): Promise<Version> {
    const path = checkPath(given);
    const before = await this.#byRequest(author.tenant, path, options.requestKey);
    if (before) return before;
    const head = await this.#head(author.tenant, path);
    if (head.n === 0 || head.deleted) throw missing(path);
    return await this.#change(author, path, options, 'deleted');
  }

  /**
   * One version; without `n` the newest. `report.md.v2` names version 2 of report.md, where no file has that very name.
   *
   * @throws HoldfastError NOT_FOUND
   */
  async version(tenant: string, given: string, n?: number): Promise<Version> {
    const path = checkPath(given);
    const found = await this.#version(tenant, path, n);
    if (found && (n !== undefined || !found.deleted)) return found;
    const named = n === undefined && !found ? splitVersion(path) : undefined;
    const old = named && (await this.#version(tenant, named.path, named.version));
    if (old && !old.deleted) return old;
    if (n === undefined || !(await this.#version(tenant, path, undefined))) throw missing(path);
    throw new HoldfastError(
      'NOT_FOUND',
      `There is no version ${n} of ${path}, or it is no longer kept. The history shows which there are.`,
    );
  }

  /** The bytes of a version from `first` on, each checked. @throws HoldfastError NOT_FOUND, STORAGE_CORRUPT. */
  async *read(
    tenant: string,
    version: Pick<Version, 'sha256' | 'path' | 'n'>,
    first = 0,
    length = Number.MAX_SAFE_INTEGER,
  ): AsyncGenerator<Uint8Array> {
    if (version.sha256 === '') throw missing(version.path);
    yield* this.contents.read(tenant, version.sha256, first, length);
  }

  /** Files by path, in the order of its bytes. */
  async list(tenant: string, given: string, { after = '', limit, deleted = false }: ListOptions): Promise<Listed[]> {
    const prefix = checkPrefix(given);
    const rows = await select(
      this.#deps.database,
      `select ${VERSION_COLUMNS}, (select min(o.n) from store_version o where o.tenant = f.tenant and o.path = f.path) as oldest
       from store_file f join store_version v on v.tenant = f.tenant and v.path = f.path and v.n = f.current_n
       where f.tenant = ? and f.path > ? and f.path >= ? and f.path < ?${deleted ? '' : ' and v.sha256 is not null'}
       order by f.path limit ?`,
      [tenant, after, prefix, `${prefix}\u{10ffff}`, limit],
    );
    return rows.map((row) => ({ ...versionOf(row), oldest: Number(row['oldest']) }));
  }

  /** The versions of a file, newest first, below `before`. @throws HoldfastError NOT_FOUND */
  async log(tenant: string, given: string, { before = Number.MAX_SAFE_INTEGER, limit = 100 } = {}): Promise<Version[]> {
    const path = checkPath(given);
    const rows = await select(
      this.#deps.database,
      `select ${VERSION_COLUMNS} from store_version v where v.tenant = ? and v.path = ? and v.n < ? order by v.n desc limit ?`,
      [tenant, path, before, limit],
    );
    if (rows.length === 0 && before === Number.MAX_SAFE_INTEGER) throw missing(path);
    return rows.map(versionOf);
  }

  /**
   * How two versions of a text differ, in unified form; empty where they are equal.
   *
   * @throws HoldfastError NOT_FOUND; FAILED_PRECONDITION where one is no text, or larger than 1 MiB.
   */
  async diff(tenant: string, a: Version, b: Version): Promise<string> {
    if (a.sha256 === b.sha256) return '';
    const [before, after] = await Promise.all([this.text(tenant, a), this.text(tenant, b)]);
    if (before === undefined || after === undefined) {
      throw new HoldfastError(
        'FAILED_PRECONDITION',
        `${a.path} is no text in both versions, or larger than 1 MiB: it is not compared by lines. ` +
          `Version ${a.n} has ${a.size} bytes, version ${b.n} has ${b.size}.`,
      );
    }
    return unifiedDiff(before, after, { before: `${a.path}.v${a.n}`, after: `${b.path}.v${b.n}` });
  }

  /** The text of a version; empty for a deletion, undefined where it is none or larger than 1 MiB. */
  async text(tenant: string, { sha256, size }: Pick<Version, 'sha256' | 'size'>): Promise<string | undefined> {
    if (sha256 === '') return '';
    if (size > MAX_TEXT_BYTES) return undefined;
    return textOf(await bytesOf(this.contents.read(tenant, sha256)));
  }

  /**
   * Takes the lock of a path for somebody outside, and lets no earlier holder write from now on.
   *
   * @throws HoldfastError CONFLICT where others hold it for all of `waitMs`; UNAVAILABLE.
   */
  async lock(
    tenant: string,
    given: string,
    wish: { ttlMs: number; waitMs: number; signal?: AbortSignal },
  ): Promise<PathLock> {
    const path = checkPath(given);
    const { token, holder } = await this.#acquire(tenant, path, wish);
    const { database } = this.#deps;
    await change(
      database,
      `insert into store_file (tenant, path, current_n, fence) values (?, ?, 0, ?)
       on conflict (tenant, path) do update set
         fence = case when store_file.fence > excluded.fence then store_file.fence else excluded.fence end`,
      [tenant, path, token],
    );
    return { path, token, holder };
  }

  /** @throws HoldfastError CONFLICT where it was lost. */
  async extendLock(tenant: string, path: string, holder: string, ttlMs: number): Promise<void> {
    await this.#deps.locks.extend(lockName(tenant, checkPath(path)), holder, ttlMs);
  }

  /** False: it was lost before. */
  async unlock(tenant: string, path: string, holder: string): Promise<boolean> {
    return await this.#deps.locks.release(lockName(tenant, checkPath(path)), holder);
  }

  async #change(author: Author, path: string, options: ChangeOptions, to: Target): Promise<Version> {
    if (options.fence !== undefined) return await this.#commit(author, path, options, to, options.fence);
    const { signal } = options;
    const wish = { ttlMs: LOCK_MS, waitMs: LOCK_WAIT_MS, ...(signal ? { signal } : {}) };
    const lock = await this.#acquire(author.tenant, path, wish);
    try {
      return await this.#commit(author, path, options, to, lock.token);
    } finally {
      // It ends by itself where it cannot be released now; what was written is written.
      await lock.release().catch(() => undefined);
    }
  }

  /** As the locks do, with an error that names the file and not its lock. */
  async #acquire(tenant: string, path: string, wish: AcquireOptions): Promise<Lock> {
    try {
      return await this.#deps.locks.acquire(lockName(tenant, path), wish);
    } catch (cause) {
      if (!HoldfastError.has(cause, 'CONFLICT')) throw cause;
      const message = `Somebody else holds the lock of ${path}. Nothing was changed; try again when it is released.`;
      throw new HoldfastError('CONFLICT', message, { cause, details: { ...cause.details, path } });
    }
  }

  async #commit(author: Author, path: string, options: ChangeOptions, to: Target, fence: number): Promise<Version> {
    const { database, fault } = this.#deps;
    for (let left = TRIES - 1; ; left--) {
      const before = await this.#byRequest(author.tenant, path, options.requestKey);
      if (before) return before;
      const head = await this.#head(author.tenant, path);
      if (head.fence > fence) throw await this.#tooLate(author, path, options, to, head, 'lock lost');
      const newest = head.deleted ? [0, head.n] : [head.n];
      if (options.base !== undefined && !newest.includes(options.base)) {
        throw await this.#tooLate(author, path, options, to, head, 'changed');
      }
      const version = this.#next(author, path, options, to, head, fence);
      try {
        const statements = await this.#statements(author.tenant, version, options, to, head);
        fault('before-version');
        await database.transact(statements);
        fault('after-version');
        return version;
      } catch (error) {
        // Somebody came between, or another has stored the same content: looked at again, it is clear which.
        if (left === 0 || !HoldfastError.has(error, 'CONFLICT')) throw error;
      }
    }
  }

  #next(author: Author, path: string, options: ChangeOptions, to: Target, head: Head, fence: number): Version {
    const { sha256, size } = targetOf(to);
    return {
      path,
      n: head.n + 1,
      sha256,
      size,
      subject: author.subject,
      runId: author.runId,
      at: this.#deps.now(),
      message: options.message ?? '',
      base: options.base ?? 0,
      fence,
      deleted: to === 'deleted',
    };
  }

  async #statements(
    tenant: string,
    version: Version,
    { requestKey }: ChangeOptions,
    to: Target,
    head: Head,
  ): Promise<Statement[]> {
    const { database } = this.#deps;
    const { path, n, sha256, size, subject, runId, at, message, base, fence } = version;
    const content =
      to === 'deleted'
        ? []
        : 'content' in to
          ? await this.contents.refer(tenant, to.content)
          : [this.contents.again(tenant, sha256)];
    return [
      statement(
        database,
        'insert into store_file (tenant, path, current_n, fence) values (?, ?, 0, 0) on conflict (tenant, path) do nothing',
        [tenant, path],
      ),
      statement(
        database,
        'update store_file set current_n = ?, fence = ? where tenant = ? and path = ? and current_n = ? and fence <= ?',
        [n, fence, tenant, path, head.n, fence],
        { expect: 1 },
      ),
      statement(
        database,
        `insert into store_version (tenant, path, n, sha256, size, subject, run_id, at, message, base, fence, request_key)
         values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
        [tenant, path, n, sha256 || null, size, subject, runId, at, message, base, fence, requestKey ?? null],
      ),
      ...content,
    ];
  }

  /** Keeps what cannot be written as a draft, and says what to do. */
  async #tooLate(
    author: Author,
    path: string,
    options: ChangeOptions,
    to: Target,
    head: Head,
    reason: 'lock lost' | 'changed',
  ): Promise<HoldfastError> {
    const draft = to !== 'deleted' && 'content' in to ? await this.drafts.keep(author, path, to.content) : undefined;
    const text = async (n: number) => {
      const version = await this.#version(author.tenant, path, n);
      return version && (await this.text(author.tenant, version));
    };
    return await offerOf({
      path,
      reason,
      base: options.base,
      current: head.n,
      draft,
      mine: async () => (to === 'deleted' ? undefined : await this.text(author.tenant, targetOf(to))),
      text,
    });
  }

  async #refuseVersionName(tenant: string, path: string): Promise<void> {
    const named = splitVersion(path);
    if (!named || (await this.#head(tenant, path)).n > 0 || (await this.#head(tenant, named.path)).n === 0) return;
    throw new HoldfastError(
      'INVALID_ARGUMENT',
      `${path} names a version of ${named.path}, and versions never change. Write ${named.path}, or choose another name.`,
    );
  }

  async #head(tenant: string, path: string): Promise<Head> {
    const [row] = await select(
      this.#deps.database,
      `select f.current_n, f.fence, v.sha256 from store_file f
       left join store_version v on v.tenant = f.tenant and v.path = f.path and v.n = f.current_n
       where f.tenant = ? and f.path = ?`,
      [tenant, path],
    );
    const n = Number(row?.['current_n'] ?? 0);
    return { n, fence: Number(row?.['fence'] ?? 0), deleted: n > 0 && row?.['sha256'] === null };
  }

  async #version(tenant: string, path: string, n: number | undefined): Promise<Version | undefined> {
    const sql = `select ${VERSION_COLUMNS} from store_version v where v.tenant = ? and v.path = ?`;
    const rows: readonly Row[] =
      n === undefined
        ? await select(this.#deps.database, `${sql} order by v.n desc limit 1`, [tenant, path])
        : await select(this.#deps.database, `${sql} and v.n = ?`, [tenant, path, n]);
    return rows[0] && versionOf(rows[0]);
  }

  async #byRequest(tenant: string, path: string, key: string | undefined): Promise<Version | undefined> {
    if (key === undefined) return undefined;
    const sql = `select ${VERSION_COLUMNS} from store_version v where v.tenant = ? and v.path = ? and v.request_key = ?`;
    const [row] = await select(this.#deps.database, sql, [tenant, path, key]);
    return row && versionOf(row);
  }
}

/** What a change makes of a file. */
type Target = { readonly content: Content } | { readonly sha256: string; readonly size: number } | 'deleted';

function targetOf(to: Target): { readonly sha256: string; readonly size: number } {
  if (to === 'deleted') return { sha256: '', size: 0 };
  return 'content' in to ? to.content : to;
}

function lockName(tenant: string, path: string): string {
  return `file:${tenant}:${path}`;
}

function missing(path: string): HoldfastError {
  return new HoldfastError('NOT_FOUND', `There is no shared file ${path}. A listing shows which there are.`);
}
