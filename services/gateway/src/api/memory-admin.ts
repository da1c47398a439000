import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';

import { create, HoldfastError, type MemoryApi, memorypb } from '@holdfast/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import { isAtLeast } from '../auth/roles.ts';
import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import { StreamSchema } from './files-body.ts';
import { CertificateSchema, certificateOf } from './memory-certificate.ts';
import { exportedOf, lineOf, recordOf } from './memory-lines.ts';
import {
  FilterBodyShape,
  filterOf,
  FilterShape,
  memoryOf,
  MemorySchema,
  NameSchema,
  scopeOf,
  userOf,
  ViewerShape,
} from './memory-schema.ts';
import { memoryOfServer, need } from './memory.ts';

const tags = ['memory'];
const BATCH = 500;
const MOST_PROBLEMS = 100;
/** A line that is longer is no memory. */
const MOST_LINE_CHARS = 1024 * 1024;

const ErasureSchema = z
  .strictObject({
    ids: z.array(z.string().min(1).max(100)).min(1).max(10_000).optional(),
    user: NameSchema.min(1).optional().describe('Everything of one user. Of others than yourself: admins only.'),
    document_id: z.string().min(1).max(100).optional(),
    run_id: z.string().min(1).max(100).optional(),
    group: NameSchema.min(1).optional().describe('A conversation.'),
    reason: z.string().max(1000).default(''),
    agent: ViewerShape.agent,
    everybody: FilterBodyShape.everybody,
  })
  .refine(
    ({ ids, user, document_id: document, run_id: run, group }) =>
      [ids, user, document, run, group].filter((one) => one !== undefined).length === 1,
    'say one thing that is to be erased: ids, user, document_id, run_id or group',
  );

/** Taking memory out and in, erasing it for good, and looking after it. */
export function memoryAdminRoutes(app: App, { deps }: ApiContext): void {
  const api = (): MemoryApi => memoryOfServer(deps.memory);

  app.post(
    '/memory/erase',
    {
      config: {
        access: 'runs:write',
        audit: 'memory.erase',
        auditFields: ['user', 'document_id', 'run_id', 'group', 'reason'],
      },
      schema: {
        tags,
        summary: 'Erase for good, from every store and index',
        description: 'Nothing of it can be restored. The answer certifies what was removed from where.',
        body: ErasureSchema,
        response: { 200: CertificateSchema },
      },
    },
    async (request) => {
      const { ids, user, document_id: document, run_id: run, group, reason, ...viewer } = request.body;
      const wanted = create(memorypb.EraseMemoriesRequestSchema, {
        caller: callerOf(request),
        reason,
        filter: filterOf(request, viewer),
        what: erasureOf(request, { ids, user, document, run, group }),
      });
      const certificate = certificateOf(need((await api().eraseMemories(wanted)).certificate));
      audited(request, { target: certificate.id });
      return certificate;
    },
  );

  app.get(
    '/memory/certificates',
    {
      config: { access: 'admin:read' },
      schema: {
        tags,
        summary: 'List what was erased',
        querystring: z.strictObject({ id: z.string().max(100).default('') }),
        response: { 200: z.object({ certificates: z.array(CertificateSchema) }) },
      },
    },
    async (request) => {
      const { id } = request.query;
      const wanted = create(memorypb.ListCertificatesRequestSchema, { caller: callerOf(request), id });
      return { certificates: (await api().listCertificates(wanted)).certificates.map(certificateOf) };
    },
  );

  app.get(
    '/memory/export',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'All memories, entities and relations as JSON Lines',
        description: 'Of every state. POST /memory/import takes it.',
        querystring: z.strictObject({ ...FilterShape, state: FilterShape.state.removeDefault().optional() }),
        response: {
          200: {
            description: 'One JSON object a line; `type` is memory, entity or relation.',
            content: { 'application/x-ndjson': { schema: z.unknown().meta({ type: 'string' }) } },
          },
        },
      },
    },
    async (request, reply) => {
      const filter = filterOf(request, request.query);
      const wanted = create(memorypb.ExportMemoriesRequestSchema, { caller: callerOf(request), filter });
      const records = api().exportMemories(wanted);
      async function* lines(): AsyncGenerator<string> {
        for await (const { record } of records) yield lineOf(record);
      }
      return reply
        .type('application/x-ndjson')
        .header('content-disposition', 'attachment; filename="holdfast-memory.jsonl"')
        .header('cache-control', 'no-store')
        .send(Readable.from(lines()));
    },
  );

  app.post(
    '/memory/compress',
    {
      config: { access: 'admin:read', audit: 'memory.compress', auditFields: ['dry_run'] },
      schema: {
        tags,
        summary: 'Forget now: summarise what was long not recalled',
        description: 'The originals are archived, and can be restored.',
        body: z.strictObject({ dry_run: z.boolean().default(false).describe('Only say what would be done.') }),
        response: {
          200: z.object({
            clusters: z.array(
              z.object({
                summary: MemorySchema.nullable().describe('Null in a dry run.'),
                ids: z.array(z.string()),
                by: z.string().describe('model, or rules.'),
              }),
            ),
            alone: z.number().int().describe('Faded memories that stand alone: they stay as they are.'),
          }),
        },
      },
    },
    async (request) => {
      const wanted = create(memorypb.CompressRequestSchema, {
        caller: callerOf(request),
        dryRun: request.body.dry_run,
        filter: filterOf(request, { everybody: true }),
      });
      const { clusters, alone } = await api().compress(wanted);
      return {
        clusters: clusters.map(({ summary, ids, by }) => ({ summary: summary ? memoryOf(summary) : null, ids, by })),
        alone,
      };
    },
  );

  app.post(
    '/memory/verify',
    {
      config: { access: 'admin:read', audit: 'memory.verify', auditFields: ['repair'] },
      schema: {
        tags,
        summary: 'Compare the stores and indices with one another',
        body: z.strictObject({
          repair: z.boolean().default(false).describe('Mend what can be mended from the memories.'),
        }),
        response: {
          200: z.object({
            ok: z.boolean(),
            checks: z.array(
              z.object({
                name: z.string(),
                ok: z.boolean(),
                verdict: z.string(),
                expected: z.number(),
                found: z.number(),
                repaired: z.boolean(),
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const { repair } = request.body;
      const wanted = create(memorypb.VerifyRequestSchema, { caller: callerOf(request), repair });
      const { ok, checks } = await api().verify(wanted);
      return {
        ok,
        checks: checks.map(({ name, ok: fine, verdict, expected, found, repaired }) => ({
          name,
          ok: fine,
          verdict,
          expected,
          found,
          repaired,
        })),
      };
    },
  );
}

/** Taking an export in. In a scope of its own: its body is read line by line. */
export function memoryImportRoutes(app: App, { deps }: ApiContext): void {
  for (const type of ['application/x-ndjson', 'application/jsonl', 'application/octet-stream']) {
    app.addContentTypeParser(type, (_request, body, done) => done(null, body));
  }

  app.post(
    '/memory/import',
    {
      config: { access: 'runs:write', audit: 'memory.import', slowBody: true },
      schema: {
        tags,
        summary: 'Take in memories as JSON Lines',
        description:
          'What GET /memory/export gave, or lines with at least `text`. Repeating it changes nothing. Lines that are wrong are named, and the others taken in.',
        consumes: ['application/x-ndjson'],
        querystring: z.strictObject({
          user: ViewerShape.user,
          agent: NameSchema.optional().describe('Takes the place of those in the lines.'),
        }),
        body: StreamSchema,
        response: {
          200: z.object({
            imported: z.number().int(),
            known: z.number().int().describe('Were there already.'),
            quarantined: z.number().int(),
            failed: z.number().int(),
            problems: z
              .array(z.object({ line: z.number().int(), code: z.string(), message: z.string() }))
              .describe('The first hundred.'),
          }),
        },
      },
    },
    async (request) => importLines(memoryOfServer(deps.memory), request, request.body, request.query),
  );
}

async function importLines(
  api: MemoryApi,
  request: FastifyRequest,
  body: Readable,
  asked: { readonly user?: string | undefined; readonly agent?: string | undefined },
) {
  const isAdmin = isAtLeast(identityOf(request).role, 'admin');
  // Lines may name whoever they like only where an admin brings them.
  const own = asked.user ?? (isAdmin ? undefined : userOf(request));
  const { scope } = scopeOf(request, { user: own, agent: asked.agent });
  const whose = own === undefined && asked.agent === undefined ? undefined : scope;
  const answer = { imported: 0, known: 0, quarantined: 0, failed: 0, problems: [] as Problem[] };
  let batch: { line: number; record: memorypb.ExportedRecord }[] = [];
  const fail = (line: number, error: unknown): void => {
    const { code, message } = HoldfastError.from(error);
    answer.failed++;
    if (answer.problems.length < MOST_PROBLEMS) answer.problems.push({ line, code, message });
  };
  const flush = async (): Promise<void> => {
    const sent = batch;
    batch = [];
    if (sent.length === 0) return;
    const records = sent.map(({ record }) => record);
    const wanted = create(memorypb.ImportMemoriesRequestSchema, { caller: callerOf(request), records });
    if (whose) wanted.scope = whose;
    const { imported, known, quarantined, problems } = await api.importMemories(wanted);
    answer.imported += imported;
    answer.known += known;
    answer.quarantined += quarantined;
    for (const { index, error } of problems) {
      fail(sent[index]?.line ?? 0, HoldfastError.fromBody({ code: error?.code, message: error?.message }));
    }
  };
  let n = 0;
  const entities = new Map<string, (typeof batch)[number]>();
  for await (const line of createInterface({ input: body, crlfDelay: Infinity })) {
    n++;
    if (line.trim() === '') continue;
    try {
      if (line.length > MOST_LINE_CHARS) throw new HoldfastError('TOO_LARGE', 'The line is longer than 1 MiB.');
      const { record } = recordOf(n === 1 ? line.replace(/^\u{FEFF}/u, '') : line);
      if (record.case === 'entity') entities.set(record.value.id, { line: n, record: exportedOf(record) });
      else {
        // A relation names its entities by their ids in the file: they go with it, in whichever call that is.
        if (record.case === 'relation') {
          for (const id of [record.value.subject, record.value.object]) {
            const entity = entities.get(id);
            if (entity) batch.push(entity);
          }
        }
        batch.push({ line: n, record: exportedOf(record) });
      }
    } catch (error) {
      fail(n, error);
    }
    if (batch.length >= BATCH) await flush();
  }
  await flush();
  audited(request, { target: `${answer.imported}` });
  return answer;
}

interface Problem {
  readonly line: number;
  readonly code: string;
  readonly message: string;
}

function erasureOf(
  request: FastifyRequest,
  asked: {
    readonly ids: readonly string[] | undefined;
    readonly user: string | undefined;
    readonly document: string | undefined;
    readonly run: string | undefined;
    readonly group: string | undefined;
  },
): memorypb.EraseMemoriesRequest['what'] {
  const { ids, user, document, run, group } = asked;
  if (ids !== undefined) return { case: 'ids', value: create(memorypb.MemoryIdsSchema, { ids: [...ids] }) };
  if (user !== undefined) {
    // Refuses where it is somebody else and the caller is no admin.
    scopeOf(request, { user });
    return { case: 'user', value: user };
  }
  if (document !== undefined) return { case: 'documentId', value: document };
  if (run !== undefined) return { case: 'runId', value: run };
  return { case: 'group', value: group ?? '' };
}
