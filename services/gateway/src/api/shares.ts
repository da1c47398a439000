import { agentpb, create } from '@holdfast/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import { audited } from '../audit/hook.ts';
import { identityOf } from '../http/access.ts';
import type { App } from '../http/app.ts';
import type { Share } from '../shares/shares.ts';
import { type ApiContext, callerOf } from './context.ts';
import { RunIdParams } from './run-schema.ts';

const HOUR_MS = 3_600_000;

const ShareSchema = z
  .object({
    id: z.string(),
    created_by: z.string(),
    created_at: z.iso.datetime(),
    expires_at: z.iso.datetime(),
    revoked_at: z.iso.datetime().nullable(),
    views: z.number().int(),
  })
  .meta({ id: 'Share' });

/** Links by which strangers may read one run. */
export function shareRoutes(app: App, context: ApiContext): void {
  const { deps, publicUrl, shares } = context;
  /** Refuses runs that are not the caller's. */
  const check = (request: FastifyRequest, runId: string) =>
    deps.agent.getRun(create(agentpb.GetRunRequestSchema, { caller: callerOf(request), runId }));

  app.post(
    '/runs/:id/shares',
    {
      config: { access: 'runs:write', audit: 'share.create', auditFields: ['expires_in_hours'] },
      schema: {
        tags: ['results'],
        summary: 'Share a run by a link',
        description:
          'Whoever has the link reads the run without logging in, as it stands when they look. Secrets, paths of the host and names of people are taken out. The link is shown this once.',
        params: RunIdParams,
        body: z.strictObject({
          expires_in_hours: z.number().int().min(1).max(8760).default(168),
          lang: z.enum(['en', 'zh']).default('en').describe('The language of the page.'),
        }),
        response: { 201: z.object({ id: z.string(), url: z.string(), expires_at: z.iso.datetime() }) },
      },
    },
    async (request, reply) => {
      const { expires_in_hours: hours, lang } = request.body;
      const { id: runId } = request.params;
      await check(request, runId);
      const { expiresAt, id, token } = await shares.create(identityOf(request), runId, hours * HOUR_MS);
      audited(request, { target: `${runId}/${id}` });
      const url = `${publicUrl()}/share/${token}?lang=${lang}`;
      return reply.code(201).send({ id, url, expires_at: new Date(expiresAt).toISOString() });
    },
  );

  app.get(
    '/runs/:id/shares',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['results'],
        summary: 'List the links by which a run is shared',
        params: RunIdParams,
        response: { 200: z.object({ shares: z.array(ShareSchema) }) },
      },
    },
    async (request) => {
      await check(request, request.params.id);
      return { shares: (await shares.list(identityOf(request).tenant, request.params.id)).map(shareOf) };
    },
  );

  app.delete(
    '/runs/:id/shares/:share_id',
    {
      config: { access: 'runs:write', audit: 'share.revoke' },
      schema: {
        tags: ['results'],
        summary: 'Revoke a link at once',
        params: RunIdParams.extend({ share_id: z.string().min(1).max(64) }),
        response: { 204: z.null() },
      },
    },
    async (request, reply) => {
      const { id, share_id: shareId } = request.params;
      await check(request, id);
      await shares.revoke(identityOf(request).tenant, id, shareId);
      audited(request, { target: `${id}/${shareId}` });
      return reply.code(204).send(null);
    },
  );
}

function shareOf({ createdAt, createdBy, expiresAt, id, revokedAt, views }: Share): z.output<typeof ShareSchema> {
  return {
    id,
    created_by: createdBy,
    created_at: new Date(createdAt).toISOString(),
    expires_at: new Date(expiresAt).toISOString(),
    revoked_at: revokedAt === null ? null : new Date(revokedAt).toISOString(),
    views,
  };
}
