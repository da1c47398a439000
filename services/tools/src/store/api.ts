import { type Basis, makeDelta, makeSignature, patch, readSignature, signatureShape } from '@holdfast/delta';
import {
  create,
  type commonpb,
  type FilesApi,
  filespb,
  HoldfastError,
  type MessageInitShape,
} from '@holdfast/protocol';

import type { Author, ChangeOptions, FileStore } from './store.ts';
import type { Version } from './version.ts';

/** The most content in one message, bytes. */
export const MAX_MESSAGE_BYTES = 8 * 1024 * 1024;
const PIECE_BYTES = 1024 * 1024;
const LOCK_MS = 60_000;
const MAX_WAIT_MS = 60_000;
const LISTED = { normal: 100, most: 1000 };

/** The shared files as the protocol has them. */
export function filesApi(store: FileStore): FilesApi {
  const contentOf = async (
    tenant: string,
    given: Uint8Array | string | undefined,
  ): Promise<AsyncIterable<Uint8Array> | Iterable<Uint8Array>> => {
    if (typeof given !== 'string') return [bounded(given ?? new Uint8Array())];
    return store.drafts.read(tenant, await store.drafts.get(tenant, given));
  };
  /** A draft is done with when it has become a version. */
  const consumed = async (tenant: string, given: Uint8Array | string | undefined): Promise<void> => {
    if (typeof given === 'string') await store.drafts.remove(tenant, given);
  };

  return {
    async writeFile({ caller, path, change, source }, options) {
      const author = authorOf(caller);
      const content = await contentOf(author.tenant, source.value);
      const version = await store.write(author, path, content, changeOf(change, options?.signal));
      await consumed(author.tenant, source.value);
      return create(filespb.WriteFileResponseSchema, { version: wireOf(version) });
    },

    async putPart({ caller, draftId, seq, path, content }) {
      const id = draftId === '' ? store.drafts.begin() : draftId;
      await store.drafts.put(authorOf(caller), id, seq, path, bounded(content));
      return create(filespb.PutPartResponseSchema, { draftId: id });
    },

    async listFiles({ caller, prefix, after, limit, deleted }) {
      const most = limitOf(limit);
      const files = await store.list(authorOf(caller).tenant, prefix, { after, limit: most, deleted });
      return create(filespb.ListFilesResponseSchema, {
        files: files.map((file) => ({ newest: wireOf(file), oldest: file.oldest })),
        next: files.length === most ? (files.at(-1)?.path ?? '') : '',
      });
    },

    async listVersions({ caller, path, before, limit }) {
      const { tenant } = authorOf(caller);
      const wish = { limit: limitOf(limit), ...(before === 0 ? {} : { before }) };
      const versions = await store.log(tenant, path, wish);
      return create(filespb.ListVersionsResponseSchema, { versions: versions.map(wireOf) });
    },

    async *readFile({ caller, path, n, draftId }, options) {
      const { tenant } = authorOf(caller);
      const content = (value: Uint8Array) =>
        create(filespb.ReadFileResponseSchema, { event: { case: 'content', value } });
      if (draftId !== '') {
        const draft = await store.drafts.get(tenant, draftId);
        for await (const bytes of inPieces(store.drafts.read(tenant, draft), options?.signal)) yield content(bytes);
        return;
      }
      const version = await store.version(tenant, path, n || undefined);
      yield create(filespb.ReadFileResponseSchema, { event: { case: 'version', value: created(version) } });
      for await (const bytes of inPieces(store.read(tenant, version), options?.signal)) yield content(bytes);
    },

    async diffFile({ caller, path, before, after }) {
      const { tenant } = authorOf(caller);
      const [a, b] = [await store.version(tenant, path, before), await store.version(tenant, path, after || undefined)];
      const diff = await store.diff(tenant, a, b);
      return create(filespb.DiffFileResponseSchema, { diff, before: wireOf(a), after: wireOf(b) });
    },

    async rollbackFile({ caller, path, n, change }, options) {
      const version = await store.rollback(authorOf(caller), path, n, changeOf(change, options?.signal));
      return create(filespb.RollbackFileResponseSchema, { version: wireOf(version) });
    },

    async removeFile({ caller, path, change }, options) {
      const version = await store.remove(authorOf(caller), path, changeOf(change, options?.signal));
      return create(filespb.RemoveFileResponseSchema, { version: wireOf(version) });
    },

    async lockFile({ caller, path, ttlMs, waitMs }, options) {
      const wish = {
        ttlMs: ttlMs || LOCK_MS,
        waitMs: Math.min(waitMs, MAX_WAIT_MS),
        ...(options?.signal ? { signal: options.signal } : {}),
      };
      const { token, holder } = await store.lock(authorOf(caller).tenant, path, wish);
      return create(filespb.LockFileResponseSchema, { token, holder, ttlMs: wish.ttlMs });
    },

    async extendLock({ caller, path, holder, ttlMs }) {
      await store.extendLock(authorOf(caller).tenant, path, holder, ttlMs || LOCK_MS);
      return create(filespb.ExtendLockResponseSchema);
    },

    async unlockFile({ caller, path, holder }) {
      const released = await store.unlock(authorOf(caller).tenant, path, holder);
      return create(filespb.UnlockFileResponseSchema, { released });
    },

    async *getSignature({ caller, path, n }, options) {
      const { tenant } = authorOf(caller);
      const version = await store.version(tenant, path, n || undefined);
      yield create(filespb.GetSignatureResponseSchema, { event: { case: 'version', value: created(version) } });
      const signature = makeSignature(store.read(tenant, version), signatureShape(version.size), options?.signal);
      for await (const value of inPieces(signature, options?.signal)) {
        yield create(filespb.GetSignatureResponseSchema, { event: { case: 'content', value } });
      }
    },

    async putDelta({ caller, path, base, change, source }, options) {
      const author = authorOf(caller);
      const old = await store.version(author.tenant, path, base);
      const how = { ...changeOf(change, options?.signal), base };
      const delta = await contentOf(author.tenant, source.value);
      const content = patch(
        basisOf(store, author.tenant, old),
        delta,
        options?.signal ? { signal: options.signal } : {},
      );
      const version = await store.write(author, path, content, how);
      await consumed(author.tenant, source.value);
      return create(filespb.PutDeltaResponseSchema, { version: wireOf(version) });
    },

    async *getDelta({ caller, path, n, source }, options) {
      const { tenant } = authorOf(caller);
      const version = await store.version(tenant, path, n || undefined);
      yield create(filespb.GetDeltaResponseSchema, { event: { case: 'version', value: created(version) } });
      const signature = await readSignature(await contentOf(tenant, source.value));
      const delta = makeDelta(signature, store.read(tenant, version), options?.signal);
      for await (const value of inPieces(delta, options?.signal)) {
        yield create(filespb.GetDeltaResponseSchema, { event: { case: 'content', value } });
      }
      await consumed(tenant, source.value);
    },
  };
}

function authorOf(caller: commonpb.Caller | undefined): Author {
  return { tenant: caller?.tenant ?? '', subject: caller?.subject ?? '', runId: '' };
}

function changeOf(change: filespb.Change | undefined, signal: AbortSignal | undefined): ChangeOptions {
  const { base, fence, message = '', requestKey = '', sha256 = '' } = change ?? {};
  return {
    ...(base === undefined ? {} : { base }),
    ...(fence === undefined ? {} : { fence }),
    ...(message === '' ? {} : { message }),
    ...(requestKey === '' ? {} : { requestKey }),
    ...(sha256 === '' ? {} : { sha256 }),
    ...(signal ? { signal } : {}),
  };
}

function wireOf(version: Version): MessageInitShape<typeof filespb.SharedVersionSchema> {
  const { path, n, sha256, size, subject, runId, at, message, base, fence } = version;
  return { path, n, sha256, size, subject, runId, at, message, base, fence };
}

function created(version: Version): filespb.SharedVersion {
  return create(filespb.SharedVersionSchema, wireOf(version));
}

function limitOf(limit: number): number {
  return Math.min(limit || LISTED.normal, LISTED.most);
}

function bounded(content: Uint8Array): Uint8Array {
  if (content.length <= MAX_MESSAGE_BYTES) return content;
  throw new HoldfastError(
    'TOO_LARGE',
    `A message holds at most ${MAX_MESSAGE_BYTES} bytes of content. Nothing was kept; send it in parts.`,
  );
}

/** Joins small pieces, so that a stream has few messages. */
async function* inPieces(
  content: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const bytes of content) {
    if (signal?.aborted) throw HoldfastError.from(signal.reason, 'CANCELED');
    waiting.push(bytes);
    length += bytes.length;
    if (length < PIECE_BYTES) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(waiting);
}

/** A version as what a delta copies from. */
function basisOf(store: FileStore, tenant: string, version: Version): Basis {
  return {
    size: version.size,
    async read(target, length, position) {
      let at = 0;
      for await (const bytes of store.read(tenant, version, position, length)) {
        target.set(bytes, at);
        at += bytes.length;
      }
      return at;
    },
  };
}
