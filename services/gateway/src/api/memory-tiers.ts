import { create, type MemoryApi, memorypb } from '@holdfast/protocol';
import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import { filterOf, iso, isoOrNull, NameSchema, orNull, scopeOf, TimeSchema, ViewerShape } from './memory-schema.ts';
import { memoryOfServer, need } from './memory.ts';

const tags = ['memory'];

const EntitySchema = z
  .object({
    id: z.string(),
    name: z.string(),
    type: z.string().nullable(),
    aliases: z.array(z.string()),
    degree: z.number().int().describe('How many relations it has.'),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Entity' });

const RelationSchema = z
  .object({
    id: z.string(),
    subject: z.string().describe('The id of an entity.'),
    predicate: z.string(),
    object: z.string().describe('The id of an entity.'),
    user: z.string().nullable(),
    agent: z.string().nullable(),
    valid_from: z.iso.datetime().nullable(),
    valid_until: z.iso.datetime().nullable(),
    confidence: z.number(),
    memory_ids: z.array(z.string()).describe('The memories that it rests on.'),
    contradicts: z.array(z.string()).describe('Relations that say otherwise; both are kept.'),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Relation' });

const SubgraphSchema = z.object({ entities: z.array(EntitySchema), relations: z.array(RelationSchema) });
const ItemSchema = z.object({
  role: z.enum(['user', 'assistant', 'tool', 'note']),
  text: z.string().max(100_000),
  at: TimeSchema.optional(),
});
const session = z.object({ session: z.string().min(1).max(200) });

/** The semantic tier: entities, relations, paths. */
export function graphRoutes(app: App, { deps }: ApiContext): void {
  const api = (): MemoryApi => memoryOfServer(deps.memory);

  app.get(
    '/memory/entities',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'Find entities by name',
        querystring: z.strictObject({
          ...ViewerShape,
          query: NameSchema.default('').describe('Part of a name or alias.'),
          type: NameSchema.default(''),
          limit: z.coerce.number().int().min(1).max(500).default(50),
        }),
        response: { 200: z.object({ entities: z.array(EntitySchema) }) },
      },
    },
    async (request) => {
      const { query, type, limit } = request.query;
      const filter = filterOf(request, request.query);
      const wanted = create(memorypb.ListEntitiesRequestSchema, {
        caller: callerOf(request),
        filter,
        query,
        type,
        limit,
      });
      return { entities: (await api().listEntities(wanted)).entities.map(entityOf) };
    },
  );

  app.get(
    '/memory/graph',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'The surroundings of an entity',
        querystring: z.strictObject({
          ...ViewerShape,
          entity: z.string().max(100).default('').describe('Its id. Left out: the entities with the most relations.'),
          depth: z.coerce.number().int().min(1).max(3).default(1),
          at: TimeSchema.optional().describe('What held then. Left out: at any time.'),
          limit: z.coerce.number().int().min(1).max(500).default(100),
        }),
        response: { 200: SubgraphSchema.extend({ truncated: z.boolean() }) },
      },
    },
    async (request) => {
      const { entity, depth, at, limit } = request.query;
      const wanted = create(memorypb.GetNeighbourhoodRequestSchema, {
        caller: callerOf(request),
        filter: filterOf(request, request.query),
        entityId: entity,
        depth,
        at: at === undefined ? 0 : Date.parse(at),
        limit,
      });
      const { entities, relations, truncated } = await api().getNeighbourhood(wanted);
      return { entities: entities.map(entityOf), relations: relations.map(relationOf), truncated };
    },
  );

  app.get(
    '/memory/path',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'A shortest path between two entities',
        querystring: z.strictObject({
          ...ViewerShape,
          from: z.string().min(1).max(100).describe('The id of an entity.'),
          to: z.string().min(1).max(100).describe('The id of an entity.'),
        }),
        response: { 200: SubgraphSchema.describe('Empty where there is no path of at most 6 relations.') },
      },
    },
    async (request) => {
      const { from, to } = request.query;
      const filter = filterOf(request, request.query);
      const wanted = create(memorypb.FindPathRequestSchema, { caller: callerOf(request), filter, from, to });
      const { entities, relations } = await api().findPath(wanted);
      return { entities: entities.map(entityOf), relations: relations.map(relationOf) };
    },
  );

  app.post(
    '/memory/relations',
    {
      config: { access: 'runs:write', audit: 'memory.relate', auditFields: ['predicate'] },
      schema: {
        tags,
        summary: 'Say that two entities are related',
        description: 'Entities are made where there are none of that name. What contradicts it is kept, and named.',
        body: z.strictObject({
          user: ViewerShape.user,
          agent: ViewerShape.agent,
          subject: z.string().min(1).max(500),
          predicate: z.string().min(1).max(80).describe('A short verb phrase, such as `works at`.'),
          object: z.string().min(1).max(500),
          subject_type: z.string().max(40).default(''),
          object_type: z.string().max(40).default(''),
          valid_from: TimeSchema.optional(),
          valid_until: TimeSchema.optional(),
          confidence: z.number().min(0).max(1).default(1),
          memory_ids: z.array(z.string().max(100)).max(100).default([]),
          exclusive: z
            .boolean()
            .default(false)
            .describe('Whether the subject has one object at a time by this predicate.'),
        }),
        response: {
          201: z.object({
            relation: RelationSchema,
            subject: EntitySchema,
            object: EntitySchema,
            contradicts: z.array(RelationSchema),
          }),
        },
      },
    },
    async (request, reply) => {
      const body = request.body;
      const wanted = create(memorypb.RelateRequestSchema, {
        caller: callerOf(request),
        scope: scopeOf(request, body).scope,
        subject: body.subject,
        predicate: body.predicate,
        object: body.object,
        subjectType: body.subject_type,
        objectType: body.object_type,
        validFrom: body.valid_from === undefined ? 0 : Date.parse(body.valid_from),
        validUntil: body.valid_until === undefined ? 0 : Date.parse(body.valid_until),
        confidence: body.confidence,
        memoryIds: body.memory_ids,
        exclusive: body.exclusive,
      });
      const made = await api().relate(wanted);
      const relation = relationOf(need(made.relation));
      audited(request, { target: relation.id });
      return await reply.code(201).send({
        relation,
        subject: entityOf(need(made.subject)),
        object: entityOf(need(made.object)),
        contradicts: made.contradicts.map(relationOf),
      });
    },
  );

  app.delete(
    '/memory/relations/:id',
    {
      config: { access: 'runs:write', audit: 'memory.remove_relation' },
      schema: {
        tags,
        summary: 'Remove a relation',
        params: z.object({ id: z.string() }),
        querystring: z.strictObject(ViewerShape),
        response: { 200: z.object({ removed: z.boolean() }) },
      },
    },
    async (request) => {
      audited(request, { target: request.params.id });
      const filter = filterOf(request, request.query);
      const wanted = create(memorypb.RemoveRelationRequestSchema, {
        caller: callerOf(request),
        id: request.params.id,
        filter,
      });
      return { removed: (await api().removeRelation(wanted)).removed };
    },
  );

  app.post(
    '/memory/entities/merge',
    {
      config: { access: 'runs:write', audit: 'memory.merge_entities', auditFields: ['into', 'from'] },
      schema: {
        tags,
        summary: 'Make two entities one',
        description: 'The name of `from` stays as an alias of `into`.',
        querystring: z.strictObject(ViewerShape),
        body: z.strictObject({ into: z.string().min(1).max(100), from: z.string().min(1).max(100) }),
        response: { 200: EntitySchema },
      },
    },
    async (request) => {
      const { into, from } = request.body;
      audited(request, { target: into });
      const filter = filterOf(request, request.query);
      const wanted = create(memorypb.MergeEntitiesRequestSchema, { caller: callerOf(request), into, from, filter });
      return entityOf(need((await api().mergeEntities(wanted)).entity));
    },
  );
}

/** The working tier: conversations at hand. */
export function workingRoutes(app: App, { deps }: ApiContext): void {
  const api = (): MemoryApi => memoryOfServer(deps.memory);

  app.get(
    '/memory/sessions',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'List the conversations at hand',
        querystring: z.strictObject(ViewerShape),
        response: {
          200: z.object({
            sessions: z.array(
              z.object({
                session: z.string(),
                user: z.string().nullable(),
                agent: z.string().nullable(),
                items: z.number().int(),
                used_at: z.iso.datetime(),
                expires_at: z.iso.datetime(),
              }),
            ),
          }),
        },
      },
    },
    async (request) => {
      const filter = filterOf(request, request.query);
      const wanted = create(memorypb.ListSessionsRequestSchema, { caller: callerOf(request), filter });
      const { sessions } = await api().listSessions(wanted);
      return {
        sessions: sessions.map((one) => ({
          session: one.session,
          user: orNull(one.scope?.user),
          agent: orNull(one.scope?.agent),
          items: one.items,
          used_at: iso(one.usedAt),
          expires_at: iso(one.expiresAt),
        })),
      };
    },
  );

  app.get(
    '/memory/sessions/:session',
    {
      config: { access: 'runs:read' },
      schema: {
        tags,
        summary: 'The window of a conversation: its newest items within a budget, and a summary of the rest',
        params: session,
        querystring: z.strictObject({
          ...ViewerShape,
          budget_tokens: z.coerce.number().int().min(0).max(1_000_000).default(0),
        }),
        response: {
          200: z.object({
            summary: z.string(),
            items: z.array(ItemSchema),
            summarised: z.number().int().describe('How many items the summary stands for.'),
            tokens: z.number().int(),
            expires_at: z.iso.datetime().nullable(),
          }),
        },
      },
    },
    async (request) => {
      const wanted = create(memorypb.GetWindowRequestSchema, {
        caller: callerOf(request),
        session: request.params.session,
        budgetTokens: request.query.budget_tokens,
        filter: filterOf(request, request.query),
      });
      const window = await api().getWindow(wanted);
      return {
        summary: window.summary,
        items: window.items.map(({ role, text, at }) => ({ role: roleOf(role), text, at: iso(at) })),
        summarised: window.summarised,
        tokens: window.tokens,
        expires_at: isoOrNull(window.expiresAt),
      };
    },
  );

  app.post(
    '/memory/sessions/:session',
    {
      config: { access: 'runs:write', audit: 'memory.append' },
      schema: {
        tags,
        summary: 'Add to a conversation',
        params: session,
        body: z.strictObject({
          user: ViewerShape.user,
          agent: ViewerShape.agent,
          items: z.array(ItemSchema).min(1).max(1000),
          expect: z
            .number()
            .int()
            .min(0)
            .optional()
            .describe('Items that you believe to be there; 409 where there are others.'),
        }),
        response: { 200: z.object({ count: z.number().int(), expires_at: z.iso.datetime() }) },
      },
    },
    async (request) => {
      const { items, expect } = request.body;
      audited(request, { target: request.params.session });
      const wanted = create(memorypb.AppendWorkingRequestSchema, {
        caller: callerOf(request),
        session: request.params.session,
        scope: scopeOf(request, request.body).scope,
        items: items.map(({ role, text, at }) => ({ role, text, at: at === undefined ? 0 : Date.parse(at) })),
        ...(expect === undefined ? {} : { expect }),
      });
      const { count, expiresAt } = await api().appendWorking(wanted);
      return { count, expires_at: iso(expiresAt) };
    },
  );

  app.delete(
    '/memory/sessions/:session',
    {
      config: { access: 'runs:write', audit: 'memory.clear' },
      schema: {
        tags,
        summary: 'Forget a conversation at once',
        params: session,
        querystring: z.strictObject(ViewerShape),
        response: { 200: z.object({ cleared: z.boolean() }) },
      },
    },
    async (request) => {
      audited(request, { target: request.params.session });
      const wanted = create(memorypb.ClearWorkingRequestSchema, {
        caller: callerOf(request),
        session: request.params.session,
        filter: filterOf(request, request.query),
      });
      return { cleared: (await api().clearWorking(wanted)).cleared };
    },
  );
}

function roleOf(role: string): z.output<typeof ItemSchema>['role'] {
  return ItemSchema.shape.role.catch('note').parse(role);
}

/** An entity as REST shows it. */
export function entityOf(entity: memorypb.Entity): z.output<typeof EntitySchema> {
  const { id, name, type, aliases, degree, createdAt } = entity;
  return { id, name, type: orNull(type), aliases, degree, created_at: iso(createdAt) };
}

/** A relation as REST shows it. */
export function relationOf(relation: memorypb.Relation): z.output<typeof RelationSchema> {
  return {
    id: relation.id,
    subject: relation.subject,
    predicate: relation.predicate,
    object: relation.object,
    user: orNull(relation.scope?.user),
    agent: orNull(relation.scope?.agent),
    valid_from: isoOrNull(relation.validFrom),
    valid_until: isoOrNull(relation.validUntil),
    confidence: relation.confidence,
    memory_ids: relation.memoryIds,
    contradicts: relation.contradicts,
    created_at: iso(relation.createdAt),
  };
}
