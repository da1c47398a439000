import { Readable } from 'node:stream';

import { create, filespb, type FilesApi } from '@holdfast/protocol';
import type { FastifyReply } from 'fastify';
import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import { begin, sourceOf, StreamSchema } from './files-body.ts';
import {
  ChangeHeaders,
  changeOf,
  CountSchema,
  PathSchema,
  sharedVersion,
  SharedVersionSchema,
} from './files-schema.ts';
import { filesOf, need } from './files.ts';

const tags = ['files'];
const BytesSchema = z.unknown().meta({ type: 'string', format: 'binary' });
const bytesOf = (description: string) => ({
  description,
  content: { 'application/octet-stream': { schema: BytesSchema } },
});
const versionQuery = z.strictObject({
  path: PathSchema,
  version: CountSchema.default(0).describe('0: the newest. `report.md.v2` as path names version 2 as well.'),
});
const sha256 = z
  .string()
  .regex(/^[\da-f]{64}$/)
  .optional()
  .describe('Of the whole new content; any other is refused.');

/** The bytes of shared files. In a scope of its own: a body of bytes is not read before its handler reads it. */
export function fileContentRoutes(app: App, { deps }: ApiContext): void {
  const api = (): FilesApi => filesOf(deps.files);
  app.addContentTypeParser('application/octet-stream', (_request, body, done) => done(null, body));

  app.get(
    '/files/content',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'Download a version of a shared file',
        description: 'ETag is its number, for If-Match; X-Holdfast-Sha256 that of its bytes.',
        querystring: versionQuery,
        response: { 200: bytesOf('The bytes.') },
      },
    },
    async (request, reply) => {
      const { path, version: n } = request.query;
      const wanted = create(filespb.ReadFileRequestSchema, { caller: callerOf(request), path, n });
      const { version, bytes } = await begin(api().readFile(wanted));
      return await send(reply.header('content-length', need(version).size), need(version), bytes);
    },
  );

  app.get(
    '/files/drafts/:id',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'Download what was kept of a write that came too late',
        description: 'The error of that write named it. It is kept for 7 days.',
        params: z.strictObject({ id: z.string().regex(/^[\da-f]{16}$/) }),
        response: { 200: bytesOf('The bytes.') },
      },
    },
    async (request, reply) => {
      const wanted = create(filespb.ReadFileRequestSchema, { caller: callerOf(request), draftId: request.params.id });
      const { bytes } = await begin(api().readFile(wanted));
      return await send(reply, undefined, bytes);
    },
  );

  app.put(
    '/files/content',
    {
      config: { access: 'runs:write', audit: 'file.write', slowBody: true },
      schema: {
        tags,
        summary: 'Write a shared file',
        description:
          'The body is the whole new content. 409 where it changed since If-Match: `details` has a merge to offer, and names the draft in which the body is kept.',
        consumes: ['application/octet-stream'],
        querystring: z.strictObject({ path: PathSchema, message: z.string().max(1000).optional(), sha256 }),
        headers: ChangeHeaders,
        body: StreamSchema,
        response: { 200: SharedVersionSchema },
      },
    },
    async (request) => {
      const { path, ...more } = request.query;
      audited(request, { target: path });
      const caller = callerOf(request);
      const source = await sourceOf(api(), caller, path, request.body, 'content');
      const change = changeOf(request.headers, more);
      const wanted = create(filespb.WriteFileRequestSchema, { caller, path, change, source });
      return sharedVersion(need((await api().writeFile(wanted)).version));
    },
  );

  app.get(
    '/files/signature',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'Download the signature of a version, to make a delta against',
        description: "In librsync's format, as rdiff reads and writes it.",
        querystring: versionQuery,
        response: { 200: bytesOf('The signature.') },
      },
    },
    async (request, reply) => {
      const { path, version: n } = request.query;
      const wanted = create(filespb.GetSignatureRequestSchema, { caller: callerOf(request), path, n });
      const { version, bytes } = await begin(api().getSignature(wanted));
      return await send(reply, need(version), bytes);
    },
  );

  app.post(
    '/files/delta',
    {
      config: { access: 'runs:write', audit: 'file.write', slowBody: true },
      schema: {
        tags,
        summary: 'Write a shared file as a delta against a version of it',
        description: "The body is a delta in librsync's format, made with the signature of version `base`.",
        consumes: ['application/octet-stream'],
        querystring: z.strictObject({
          path: PathSchema,
          base: CountSchema.min(1),
          message: z.string().max(1000).optional(),
          sha256,
        }),
        headers: ChangeHeaders,
        body: StreamSchema,
        response: { 200: SharedVersionSchema },
      },
    },
    async (request) => {
      const { path, base, ...more } = request.query;
      audited(request, { target: path });
      const caller = callerOf(request);
      const source = await sourceOf(api(), caller, path, request.body, 'delta');
      const change = changeOf(request.headers, more);
      const wanted = create(filespb.PutDeltaRequestSchema, { caller, path, base, change, source });
      return sharedVersion(need((await api().putDelta(wanted)).version));
    },
  );

  app.post(
    '/files/fetch',
    {
      config: { access: 'runs:read', audit: 'file.fetch', slowBody: true },
      schema: {
        tags,
        summary: 'Download a version as a delta against the file that you have',
        description: "The body is the signature of your file, in librsync's format; the answer a delta.",
        consumes: ['application/octet-stream'],
        querystring: versionQuery,
        body: StreamSchema,
        response: { 200: bytesOf('The delta.') },
      },
    },
    async (request, reply) => {
      const { path, version: n } = request.query;
      audited(request, { target: path });
      const caller = callerOf(request);
      const source = await sourceOf(api(), caller, path, request.body, 'signature');
      const wanted = create(filespb.GetDeltaRequestSchema, { caller, path, n, source });
      const { version, bytes } = await begin(api().getDelta(wanted));
      return await send(reply, need(version), bytes);
    },
  );
}

async function send(
  reply: FastifyReply,
  version: filespb.SharedVersion | undefined,
  bytes: AsyncIterable<Uint8Array>,
): Promise<FastifyReply> {
  void reply.type('application/octet-stream').header('cache-control', 'no-store');
  if (version) {
    void reply
      .header('etag', `"${version.n}"`)
      .header('x-holdfast-sha256', version.sha256)
      .header('x-holdfast-size', version.size);
  }
  return await reply.send(Readable.from(bytes, { objectMode: false }));
}
