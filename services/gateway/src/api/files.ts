import { create, filespb, HoldfastError, type FilesApi } from '@holdfast/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import {
  ChangeHeaders,
  changeOf,
  CountSchema,
  PathSchema,
  sharedVersion,
  SharedVersionSchema,
} from './files-schema.ts';

const tags = ['files'];

/** The shared files: what is read and changed without a body of bytes. Those with one: fileContentRoutes. */
export function fileRoutes(app: App, { deps }: ApiContext): void {
  const api = (): FilesApi => filesOf(deps.files);

  app.get(
    '/files',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'List shared files',
        description: 'In the order of the bytes of their paths.',
        querystring: z.strictObject({
          prefix: z.string().max(1024).default('').describe('The beginning of the path, such as reports/.'),
          after: z.string().max(1024).default('').describe('`next` of the page before.'),
          limit: CountSchema.max(1000).default(100),
          deleted: z.stringbool().default(false).describe('Files that were deleted, too.'),
        }),
        response: {
          200: z.object({
            files: z.array(
              SharedVersionSchema.extend({ oldest: z.number().int().describe('The oldest version that is kept.') }),
            ),
            next: z.string().nullable().describe('Where the next page goes on; null: this was the last.'),
          }),
        },
      },
    },
    async (request) => {
      const wanted = create(filespb.ListFilesRequestSchema, { caller: callerOf(request), ...request.query });
      const { files, next } = await api().listFiles(wanted);
      return {
        files: files.map(({ newest, oldest }) => ({ ...sharedVersion(need(newest)), oldest })),
        next: next === '' ? null : next,
      };
    },
  );

  app.get(
    '/files/versions',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'List the versions of a shared file, newest first',
        querystring: z.strictObject({
          path: PathSchema,
          before: CountSchema.default(0).describe('Only versions before this one.'),
          limit: CountSchema.max(1000).default(100),
        }),
        response: { 200: z.object({ versions: z.array(SharedVersionSchema) }) },
      },
    },
    async (request) => {
      const wanted = create(filespb.ListVersionsRequestSchema, { caller: callerOf(request), ...request.query });
      return { versions: (await api().listVersions(wanted)).versions.map(sharedVersion) };
    },
  );

  app.get(
    '/files/diff',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'Compare two versions of a shared text file',
        querystring: z.strictObject({
          path: PathSchema,
          before: CountSchema.min(1),
          after: CountSchema.default(0).describe('0: the newest.'),
        }),
        response: {
          200: z.object({
            before: SharedVersionSchema,
            after: SharedVersionSchema,
            diff: z.string().describe('In unified form; empty where both are equal.'),
          }),
        },
      },
    },
    async (request) => {
      const wanted = create(filespb.DiffFileRequestSchema, { caller: callerOf(request), ...request.query });
      const { before, after, diff } = await api().diffFile(wanted);
      return { before: sharedVersion(need(before)), after: sharedVersion(need(after)), diff };
    },
  );

  app.delete(
    '/files/content',
    {
      config: { access: 'runs:write', audit: 'file.delete' },
      schema: {
        tags,
        summary: 'Delete a shared file',
        description: 'Makes a version that says so; the versions before it stay, and a rollback brings them back.',
        querystring: z.strictObject({ path: PathSchema, message: z.string().max(1000).optional() }),
        headers: ChangeHeaders,
        response: { 200: SharedVersionSchema },
      },
    },
    async (request) => {
      const { path, message } = request.query;
      audited(request, { target: path });
      const change = changeOf(request.headers, { message });
      const wanted = create(filespb.RemoveFileRequestSchema, { caller: callerOf(request), path, change });
      return sharedVersion(need((await api().removeFile(wanted)).version));
    },
  );

  app.post(
    '/files/rollback',
    {
      config: { access: 'runs:write', audit: 'file.rollback', auditFields: ['path', 'version'] },
      schema: {
        tags,
        summary: 'Make an old version of a shared file the newest',
        description: 'As a new version, which takes no room: what came between stays.',
        headers: ChangeHeaders,
        body: z.strictObject({
          path: PathSchema,
          version: z.number().int().min(1),
          message: z.string().max(1000).optional(),
        }),
        response: { 200: SharedVersionSchema },
      },
    },
    async (request) => {
      const { path, version, message } = request.body;
      audited(request, { target: path });
      const change = changeOf(request.headers, { message });
      const wanted = create(filespb.RollbackFileRequestSchema, { caller: callerOf(request), path, n: version, change });
      return sharedVersion(need((await api().rollbackFile(wanted)).version));
    },
  );
}

/** Locks of shared files. */
export function fileLockRoutes(app: App, { deps }: ApiContext): void {
  const api = (): FilesApi => filesOf(deps.files);
  const ttl = z.number().int().min(1).max(300_000).default(60_000).describe('Life without an extension, milliseconds.');
  const holder = z.string().min(1).max(64).describe('As taking the lock gave it.');

  app.post(
    '/files/lock',
    {
      config: { access: 'runs:write', audit: 'file.lock' },
      schema: {
        tags,
        summary: 'Take the lock of a shared file',
        description: '409 where others hold it. From now on, writes with the token of an earlier holder are refused.',
        body: z.strictObject({
          path: PathSchema,
          ttl_ms: ttl,
          wait_ms: z.number().int().min(0).max(60_000).default(0).describe('How long to wait while others hold it.'),
        }),
        response: {
          200: z.object({
            path: z.string(),
            token: z.number().int().describe('Goes with each write as X-Holdfast-Fence.'),
            holder: z.string().describe('Extends and releases it. Keep it to yourself.'),
            ttl_ms: z.number().int(),
          }),
        },
      },
    },
    async (request) => {
      const { path, ttl_ms: ttlMs, wait_ms: waitMs } = request.body;
      audited(request, { target: path });
      const wanted = create(filespb.LockFileRequestSchema, { caller: callerOf(request), path, ttlMs, waitMs });
      const lock = await api().lockFile(wanted, { signal: gone(request) });
      return { path, token: lock.token, holder: lock.holder, ttl_ms: lock.ttlMs };
    },
  );

  app.post(
    '/files/lock/extend',
    {
      config: { access: 'runs:write', audit: 'file.extend_lock' },
      schema: {
        tags,
        summary: 'Extend a lock that you hold',
        body: z.strictObject({ path: PathSchema, holder, ttl_ms: ttl }),
        response: { 200: z.object({ ttl_ms: z.number().int() }) },
      },
    },
    async (request) => {
      const { path, holder: secret, ttl_ms: ttlMs } = request.body;
      audited(request, { target: path });
      const caller = callerOf(request);
      await api().extendLock(create(filespb.ExtendLockRequestSchema, { caller, path, holder: secret, ttlMs }));
      return { ttl_ms: ttlMs };
    },
  );

  app.post(
    '/files/unlock',
    {
      config: { access: 'runs:write', audit: 'file.unlock' },
      schema: {
        tags,
        summary: 'Release a lock that you hold',
        body: z.strictObject({ path: PathSchema, holder }),
        response: { 200: z.object({ released: z.boolean().describe('False: it was lost before.') }) },
      },
    },
    async (request) => {
      const { path, holder: secret } = request.body;
      audited(request, { target: path });
      const wanted = create(filespb.UnlockFileRequestSchema, { caller: callerOf(request), path, holder: secret });
      return { released: (await api().unlockFile(wanted)).released };
    },
  );
}

/** The shared files, if this server has them. @throws HoldfastError UNAVAILABLE. */
export function filesOf(files: FilesApi | undefined): FilesApi {
  if (files) return files;
  throw new HoldfastError('UNAVAILABLE', 'This server has no shared files.');
}

/** What an answer must have. */
export function need<T>(value: T | undefined): T {
  if (value !== undefined) return value;
  throw new HoldfastError('INTERNAL', 'The shared files gave an answer without a version.');
}

/** Aborted when the client goes away. */
export function gone(request: FastifyRequest): AbortSignal {
  const left = new AbortController();
  request.raw.once('close', () => {
    if (!request.raw.complete || request.raw.destroyed) left.abort();
  });
  return left.signal;
}
