import type { Readable } from 'node:stream';

import { create, HoldfastError, type MemoryApi, memorypb } from '@holdfast/protocol';
import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import { StreamSchema } from './files-body.ts';
import { checkInputPath } from './inputs.ts';
import { CertificateSchema, certificateOf } from './memory-certificate.ts';
import { filterOf, iso, NameSchema, orNull, scopeOf, TrustSchema, trustOf, ViewerShape } from './memory-schema.ts';
import { memoryOfServer, need } from './memory.ts';

const tags = ['memory'];
/** What one message of the memory service takes. */
const MOST_BYTES = 64 * 1024 * 1024;
const STATES = {
  [memorypb.DocumentState.UNSPECIFIED]: 'reading',
  [memorypb.DocumentState.READING]: 'reading',
  [memorypb.DocumentState.INDEXING]: 'indexing',
  [memorypb.DocumentState.READY]: 'ready',
  [memorypb.DocumentState.FAILED]: 'failed',
} as const;

const DocumentSchema = z
  .object({
    id: z.string(),
    name: z.string().describe('The path, URL or file name that it is known by.'),
    title: z.string().nullable(),
    user: z.string().nullable(),
    agent: z.string().nullable(),
    format: z.string(),
    state: z.enum(['reading', 'indexing', 'ready', 'failed']),
    error: z.object({ code: z.string(), message: z.string() }).nullable(),
    sha256: z.string(),
    size: z.number().int().describe('Bytes.'),
    chunks: z.number().int(),
    chunks_done: z.number().int().describe('How far it is.'),
    chunks_added: z.number().int().describe('By the last ingestion.'),
    chunks_kept: z.number().int(),
    chunks_removed: z.number().int(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: 'Document' });

const about = {
  user: ViewerShape.user,
  agent: ViewerShape.agent,
  format: z
    .string()
    .max(100)
    .default('')
    .describe('A media type or an extension. Left out: told by the name and content.'),
  title: NameSchema.default(''),
  trust: TrustSchema.default('outside'),
} as const;
const idParams = z.object({ id: z.string().min(1).max(100) });

/** Documents that memory holds: what is named, listed and removed. */
export function documentRoutes(app: App, { deps }: ApiContext): void {
  const api = (): MemoryApi => memoryOfServer(deps.memory);

  app.post(
    '/memory/documents',
    {
      config: { access: 'runs:write', audit: 'memory.ingest' },
      schema: {
        tags,
        summary: 'Read a document by its path on the server or its URL',
        description:
          'Answers when its content is safe; GET it to see how far it is. The same name again replaces it, and touches only what changed. Paths: as for inputs of runs.',
        body: z
          .strictObject({
            path: z.string().min(1).max(4096).optional(),
            url: z
              .url({ protocol: /^https?$/ })
              .max(4096)
              .optional(),
            name: NameSchema.default('').describe('Left out: the path or URL.'),
            ...about,
          })
          .refine(({ path, url }) => (path === undefined) !== (url === undefined), 'give either a path or a URL'),
        response: { 202: DocumentSchema },
      },
    },
    async (request, reply) => {
      const { path, url, name, format, title, trust } = request.body;
      const rules = { dataDir: deps.dataDir, roots: deps.config.gateway.inputs.roots };
      if (path !== undefined) await checkInputPath(rules, identityOf(request), path);
      audited(request, { target: path ?? url ?? '' });
      const wanted = create(memorypb.IngestDocumentRequestSchema, {
        caller: callerOf(request),
        scope: scopeOf(request, request.body).scope,
        source: path === undefined ? { case: 'url', value: url ?? '' } : { case: 'path', value: path },
        name,
        format,
        title,
        trust: trustOf(trust),
      });
      return await reply.code(202).send(documentOf(need((await api().ingestDocument(wanted)).document)));
    },
  );

  app.get(
    '/memory/documents',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'List documents',
        querystring: z.strictObject({
          ...ViewerShape,
          after: z.string().max(1000).default(''),
          limit: z.coerce.number().int().min(1).max(500).default(50),
        }),
        response: { 200: z.object({ documents: z.array(DocumentSchema), next: z.string().nullable() }) },
      },
    },
    async (request) => {
      const { after, limit } = request.query;
      const filter = filterOf(request, request.query);
      const wanted = create(memorypb.ListDocumentsRequestSchema, { caller: callerOf(request), filter, after, limit });
      const { documents, next } = await api().listDocuments(wanted);
      return { documents: documents.map(documentOf), next: orNull(next) };
    },
  );

  app.get(
    '/memory/documents/:id',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'One document, and how far it is',
        params: idParams,
        querystring: z.strictObject(ViewerShape),
        response: { 200: DocumentSchema },
      },
    },
    async (request) => {
      const filter = filterOf(request, request.query);
      const { id } = request.params;
      const wanted = create(memorypb.GetDocumentRequestSchema, { caller: callerOf(request), id, filter });
      return documentOf(need((await api().getDocument(wanted)).document));
    },
  );

  app.delete(
    '/memory/documents/:id',
    {
      config: { access: 'runs:write', audit: 'memory.erase' },
      schema: {
        tags,
        summary: 'Erase a document and all that was made of it',
        params: idParams,
        querystring: z.strictObject({ ...ViewerShape, reason: z.string().max(1000).default('') }),
        response: { 200: CertificateSchema },
      },
    },
    async (request) => {
      const { id } = request.params;
      audited(request, { target: id });
      const wanted = create(memorypb.RemoveDocumentRequestSchema, {
        caller: callerOf(request),
        id,
        reason: request.query.reason,
        filter: filterOf(request, request.query),
      });
      return certificateOf(need((await api().removeDocument(wanted)).certificate));
    },
  );
}

/** Documents whose content is sent. In a scope of its own: its body is not read before its handler reads it. */
export function documentContentRoutes(app: App, { deps }: ApiContext): void {
  app.addContentTypeParser('application/octet-stream', (_request, body, done) => done(null, body));

  app.post(
    '/memory/documents/content',
    {
      config: { access: 'runs:write', audit: 'memory.ingest', slowBody: true },
      schema: {
        tags,
        summary: 'Read a document that is sent',
        description: 'The body is the document, at most 64 MiB. The same name again replaces it.',
        consumes: ['application/octet-stream'],
        querystring: z.strictObject({
          name: NameSchema.min(1),
          shared: z.stringbool().default(false).describe('For everybody of the tenant.'),
          ...about,
        }),
        body: StreamSchema,
        response: { 202: DocumentSchema },
      },
    },
    async (request, reply) => {
      const { name, shared, format, title, trust, agent, user } = request.query;
      audited(request, { target: name });
      const content = await bytesOf(request.body);
      const wanted = create(memorypb.IngestDocumentRequestSchema, {
        caller: callerOf(request),
        scope: scopeOf(request, { agent, user: shared ? '' : user }).scope,
        source: { case: 'content', value: content },
        name,
        format,
        title,
        trust: trustOf(trust),
      });
      const { document } = await memoryOfServer(deps.memory).ingestDocument(wanted);
      return await reply.code(202).send(documentOf(need(document)));
    },
  );
}

async function bytesOf(body: Readable): Promise<Uint8Array> {
  const pieces: Buffer[] = [];
  let length = 0;
  for await (const piece of body.iterator({ destroyOnReturn: false }) as AsyncIterable<Buffer>) {
    length += piece.length;
    if (length > MOST_BYTES) {
      body.resume();
      throw new HoldfastError(
        'TOO_LARGE',
        'A document that is sent has at most 64 MiB. Nothing was kept; cut it in parts.',
      );
    }
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}

function documentOf(document: memorypb.Document): z.output<typeof DocumentSchema> {
  return {
    id: document.id,
    name: document.name,
    title: orNull(document.title),
    user: orNull(document.scope?.user),
    agent: orNull(document.scope?.agent),
    format: document.format,
    state: STATES[document.state],
    error: document.error ? { code: document.error.code, message: document.error.message } : null,
    sha256: document.sha256,
    size: document.size,
    chunks: document.chunks,
    chunks_done: document.chunksDone,
    chunks_added: document.chunksAdded,
    chunks_kept: document.chunksKept,
    chunks_removed: document.chunksRemoved,
    created_at: iso(document.createdAt),
    updated_at: iso(document.updatedAt),
  };
}
