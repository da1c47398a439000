import { create, HoldfastError, type JsonObject, type MemoryApi, memorypb } from '@holdfast/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import {
  FilterBodyShape,
  filterOf,
  FilterShape,
  KindSchema,
  kindOf,
  memoryOf,
  MemorySchema,
  NameSchema,
  scopeOf,
  StateSchema,
  stateOf,
  TimeSchema,
  ViewerShape,
} from './memory-schema.ts';

const tags = ['memory'];
const ORDERS = {
  newest: memorypb.MemoryOrder.NEWEST,
  oldest: memorypb.MemoryOrder.OLDEST,
  fading: memorypb.MemoryOrder.FADING,
} as const;
const AS_WORDS = {
  [memorypb.RememberedAs.UNSPECIFIED]: 'new',
  [memorypb.RememberedAs.NEW]: 'new',
  [memorypb.RememberedAs.KNOWN]: 'known',
  [memorypb.RememberedAs.QUARANTINED]: 'quarantined',
} as const;

const RememberedSchema = z.object({
  memory: MemorySchema,
  as: z.enum(['new', 'known', 'quarantined']).describe('known: a memory says the same; it was strengthened.'),
});
const text = z.string().min(1).max(32_000);
// Any JSON: as a schema of its own it would be a part of the document without a name.
const attributes = z.record(z.string().max(100), z.unknown());
const ids = z.array(z.string().min(1).max(100)).min(1).max(1000);
const MissingSchema = z.object({ source: z.string(), reason: z.string() });

const HitSchema = z.object({
  memory: MemorySchema,
  score: z.number().describe('What it was ordered by.'),
  rank: z.number().int().describe('From 1.'),
  rank_before: z.number().int().nullable().describe('Its place before the cross-encoder; null: there is none.'),
  sources: z.array(
    z.object({
      source: z.string().describe('bm25, dense, graph or rerank.'),
      score: z.number().describe('As the source measures.'),
      rank: z.number().int().nullable().describe('From 1; null: the source did not find it.'),
    }),
  ),
  retention_weight: z.number().describe('What retention multiplied its score by.'),
  matched: z.array(z.string()).describe('The words of the query that it has.'),
  graph_path: z.array(z.string()).describe('The relations by which it was found.'),
  context: z.string().nullable().describe('The text with its neighbours, where that is more.'),
});

/** What agents remember: recall, and the memories one by one (ME-1, ME-2, ME-3). */
export function memoryRoutes(app: App, { deps }: ApiContext): void {
  const api = (): MemoryApi => memoryOfServer(deps.memory);

  app.post(
    '/memory/recall',
    {
      // Looking changes nothing; what is strengthened is entered.
      config: { access: 'runs:read', audit: 'memory.recall', auditOnly: strengthens },
      schema: {
        tags,
        summary: 'Find what fits a question, with an explanation of each hit',
        description:
          'Words, vectors and the graph side by side. A store that is gone is named in `missing`; the others answer.',
        body: z.strictObject({
          query: z.string().trim().min(1).max(4000),
          limit: z.number().int().min(1).max(100).default(10),
          budget_tokens: z.number().int().min(0).default(0).describe('What does not fit is left out; 0: no bound.'),
          strengthen: z.boolean().default(false).describe('Whether being found counts as being recalled.'),
          ...FilterBodyShape,
        }),
        response: {
          200: z.object({
            hits: z.array(HitSchema),
            missing: z.array(MissingSchema),
            took_ms: z.record(z.string(), z.number()),
            tokens: z.number().int().describe('Of all hits together, estimated.'),
          }),
        },
      },
    },
    async (request) => {
      const { query, limit, budget_tokens: budgetTokens, strengthen } = request.body;
      const wanted = create(memorypb.RecallRequestSchema, {
        caller: callerOf(request),
        query,
        limit,
        budgetTokens,
        strengthen,
        filter: filterOf(request, request.body),
      });
      const { hits, missing, tookMs, tokens } = await api().recall(wanted);
      return { hits: hits.map(hitOf), missing: missing.map(missingOf), took_ms: tookMs, tokens };
    },
  );

  app.get(
    '/memory/memories',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'List memories',
        querystring: z.strictObject({
          ...FilterShape,
          order: z.enum(['newest', 'oldest', 'fading']).default('newest').describe('fading: least retention first.'),
          after: z.string().max(1000).default('').describe('`next` of the page before.'),
          limit: z.coerce.number().int().min(1).max(500).default(50),
        }),
        response: {
          200: z.object({
            memories: z.array(MemorySchema),
            next: z.string().nullable().describe('Where the next page goes on; null: this was the last.'),
            total: z.number().int(),
          }),
        },
      },
    },
    async (request) => {
      const { order, after, limit } = request.query;
      const wanted = create(memorypb.ListMemoriesRequestSchema, {
        caller: callerOf(request),
        filter: filterOf(request, request.query),
        order: ORDERS[order],
        after,
        limit,
      });
      const { memories, next, total } = await api().listMemories(wanted);
      return { memories: memories.map(memoryOf), next: next === '' ? null : next, total };
    },
  );

  app.post(
    '/memory/memories',
    {
      config: { access: 'runs:write', audit: 'memory.remember' },
      schema: {
        tags,
        summary: 'Remember something',
        description: 'They are yours alone unless `user` is empty: then everybody of the tenant sees them.',
        body: z.strictObject({
          user: ViewerShape.user,
          agent: ViewerShape.agent,
          memories: z
            .array(
              z.strictObject({
                id: z.string().min(1).max(100).optional().describe('Repeated, it gives what is there.'),
                text,
                kind: KindSchema.default('fact'),
                at: TimeSchema.optional().describe('When it took place or was said. Left out: now.'),
                group: NameSchema.default('').describe(
                  'A conversation: turns that stand beside one another are found together.',
                ),
                position: z.number().int().min(0).max(2_000_000_000).default(0),
                author: NameSchema.default('').describe('Who said it.'),
                evidence: z.string().max(2000).default(''),
                attributes: attributes.default({}),
                confidence: z.number().min(0).max(1).optional(),
                pinned: z.boolean().default(false),
              }),
            )
            .min(1)
            .max(1000),
        }),
        response: { 201: z.object({ remembered: z.array(RememberedSchema) }) },
      },
    },
    async (request, reply) => {
      const { scope } = scopeOf(request, request.body);
      audited(request, { target: `${request.body.memories.length}` });
      const wanted = create(memorypb.RememberRequestSchema, {
        caller: callerOf(request),
        memories: request.body.memories.map((draft) => ({
          id: draft.id ?? '',
          scope,
          kind: kindOf(draft.kind),
          text: draft.text,
          at: draft.at === undefined ? 0 : Date.parse(draft.at),
          group: draft.group,
          position: draft.position,
          attributes: draft.attributes as JsonObject,
          confidence: draft.confidence ?? 0,
          pinned: draft.pinned,
          provenance: {
            trust: memorypb.Trust.USER,
            origin: 'user',
            author: draft.author,
            evidence: draft.evidence,
          },
        })),
      });
      const { remembered } = await api().remember(wanted);
      return await reply.code(201).send({
        remembered: remembered.map(({ memory, as }) => ({ memory: memoryOf(need(memory)), as: AS_WORDS[as] })),
      });
    },
  );

  app.get(
    '/memory/memories/:id',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'One memory, with its neighbours, its recalls and what it stands for',
        params: z.object({ id: z.string() }),
        querystring: z.strictObject(ViewerShape),
        response: {
          200: z.object({
            memory: MemorySchema,
            recalled_at: z.array(z.iso.datetime()).describe('Newest first; at most 50.'),
            originals: z.array(MemorySchema).describe('Those that were archived into it.'),
            neighbours: z.array(MemorySchema).describe('Before and after it in its group.'),
          }),
        },
      },
    },
    async (request) => {
      const filter = filterOf(request, request.query);
      const found = await api().getMemory(
        create(memorypb.GetMemoryRequestSchema, { caller: callerOf(request), id: request.params.id, filter }),
      );
      return {
        memory: memoryOf(need(found.memory)),
        recalled_at: found.recalledAt.map((at) => new Date(at).toISOString()),
        originals: found.originals.map(memoryOf),
        neighbours: found.neighbours.map(memoryOf),
      };
    },
  );

  app.patch(
    '/memory/memories/:id',
    {
      config: { access: 'runs:write', audit: 'memory.update', auditFields: ['pinned', 'confidence', 'kind'] },
      schema: {
        tags,
        summary: 'Edit or pin a memory',
        params: z.object({ id: z.string() }),
        querystring: z.strictObject(ViewerShape),
        body: z.strictObject({
          revision: z.number().int().min(0).describe('That it was changed from; 409 where it is another.'),
          text: text.optional(),
          pinned: z.boolean().optional(),
          confidence: z.number().min(0).max(1).optional(),
          attributes: attributes.optional(),
          kind: KindSchema.optional(),
          at: TimeSchema.optional(),
        }),
        response: { 200: MemorySchema },
      },
    },
    async (request) => {
      const { revision, text: changed, pinned, confidence, attributes: more, kind, at } = request.body;
      audited(request, { target: request.params.id });
      const wanted = create(memorypb.UpdateMemoryRequestSchema, {
        caller: callerOf(request),
        id: request.params.id,
        filter: filterOf(request, request.query),
        revision,
        ...(changed === undefined ? {} : { text: changed }),
        ...(pinned === undefined ? {} : { pinned }),
        ...(confidence === undefined ? {} : { confidence }),
        ...(more === undefined ? {} : { attributes: more as JsonObject }),
        ...(kind === undefined ? {} : { kind: kindOf(kind) }),
        ...(at === undefined ? {} : { at: Date.parse(at) }),
      });
      return memoryOf(need((await api().updateMemory(wanted)).memory));
    },
  );

  app.post(
    '/memory/merge',
    {
      config: { access: 'runs:write', audit: 'memory.merge', auditFields: ['ids'] },
      schema: {
        tags,
        summary: 'Make one memory of several',
        description: 'The originals are archived under it, and can be restored.',
        body: z.strictObject({ ids: ids.min(2), text: z.string().max(32_000).default(''), ...ViewerBody }),
        response: { 201: MemorySchema },
      },
    },
    async (request, reply) => {
      const wanted = create(memorypb.MergeMemoriesRequestSchema, {
        caller: callerOf(request),
        ids: request.body.ids,
        text: request.body.text,
        filter: filterOf(request, request.body),
      });
      const merged = memoryOf(need((await api().mergeMemories(wanted)).memory));
      audited(request, { target: merged.id });
      return await reply.code(201).send(merged);
    },
  );

  app.post(
    '/memory/state',
    {
      config: { access: 'runs:write', audit: 'memory.change_state', auditFields: ['ids', 'state'] },
      schema: {
        tags,
        summary: 'Archive, restore, or release from quarantine',
        body: z.strictObject({ ids, state: StateSchema, ...ViewerBody }),
        response: { 200: z.object({ memories: z.array(MemorySchema) }) },
      },
    },
    async (request) => {
      const { state, ids: named, ...viewer } = request.body;
      const wanted = create(memorypb.ChangeStateRequestSchema, {
        caller: callerOf(request),
        ids: named,
        state: stateOf(state),
        filter: filterOf(request, viewer),
      });
      return { memories: (await api().changeState(wanted)).memories.map(memoryOf) };
    },
  );

  app.get(
    '/memory/status',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'What memory is made of, and how it is doing',
        response: {
          200: z.object({
            parts: z.array(z.object({ role: z.string(), product: z.string(), ok: z.boolean(), detail: z.string() })),
            memories: z.number().int().describe('Active ones of the tenant.'),
            quarantined: z.number().int(),
            archived: z.number().int(),
            entities: z.number().int(),
            relations: z.number().int(),
            documents: z.number().int(),
            sessions: z.number().int(),
            embedder: z.string(),
            to_embed: z.number().int().describe('Memories that wait for vectors of the configured embedder.'),
            to_index: z.number().int().describe('Changes that the vector index has not taken in.'),
            to_link: z
              .number()
              .int()
              .describe('Vectors that are looked at one by one until the index has linked them.'),
          }),
        },
      },
    },
    async (request) => {
      const status = await api().getMemoryStatus(
        create(memorypb.GetMemoryStatusRequestSchema, { caller: callerOf(request) }),
      );
      return {
        parts: status.parts.map(({ role, product, ok, detail }) => ({ role, product, ok, detail })),
        memories: status.memories,
        quarantined: status.quarantined,
        archived: status.archived,
        entities: status.entities,
        relations: status.relations,
        documents: status.documents,
        sessions: status.sessions,
        embedder: status.embedder,
        to_embed: status.toEmbed,
        to_index: status.toIndex,
        to_link: status.toLink,
      };
    },
  );
}

const ViewerBody = { ...ViewerShape, everybody: FilterBodyShape.everybody } as const;

function strengthens({ body }: FastifyRequest): boolean {
  return typeof body === 'object' && body !== null && 'strengthen' in body && body.strengthen === true;
}

function hitOf(hit: memorypb.Hit): z.output<typeof HitSchema> {
  return {
    memory: memoryOf(need(hit.memory)),
    score: hit.score,
    rank: hit.rank,
    rank_before: hit.rankBefore === 0 ? null : hit.rankBefore,
    sources: hit.sources.map(({ source, score, rank }) => ({ source, score, rank: rank === 0 ? null : rank })),
    retention_weight: hit.retentionWeight,
    matched: hit.matched,
    graph_path: hit.graph?.path ?? [],
    context: hit.context === '' ? null : hit.context,
  };
}

function missingOf({ source, reason }: memorypb.Missing): z.output<typeof MissingSchema> {
  return { source, reason };
}

/** The memory of this server, if it has one. @throws HoldfastError UNAVAILABLE. */
export function memoryOfServer(memory: MemoryApi | undefined): MemoryApi {
  if (memory) return memory;
  throw new HoldfastError('UNAVAILABLE', 'This server has no memory: memory.enabled is false.');
}

/** What an answer must have. */
export function need<T>(value: T | undefined): T {
  if (value !== undefined) return value;
  throw new HoldfastError('INTERNAL', 'The memory service gave an incomplete answer.');
}
