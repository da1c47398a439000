import { agentpb, commonpb, create, toolspb } from '@holdfast/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import type { App } from '../http/app.ts';
import { type ApiContext, callerOf } from './context.ts';
import { RunIdParams } from './run-schema.ts';
import { need } from './runs.ts';

const VersionSchema = z
  .object({
    sha256: z.string().describe('Empty for a file that is too large to be read (256 MiB).'),
    size: z.number().describe('Bytes.'),
    mode: z.number().int().describe('Permission bits.'),
    kept: z.boolean().describe('Whether its bytes can be had.'),
    binary: z.boolean().describe('Has a NUL byte in its first 8 KB.'),
  })
  .meta({ id: 'FileVersion' });

const ChangeSchema = z
  .object({
    n: z.number().int().describe('Counts up, with gaps.'),
    action_id: z.string().describe('The call that ended before this look at the files.'),
    attempt: z.number().int(),
    at: z.iso.datetime(),
    files: z.array(
      z.object({
        path: z.string().describe('Within the workspace.'),
        change: z.enum(['added', 'modified', 'deleted']),
        before: VersionSchema.nullable(),
        after: VersionSchema.nullable(),
      }),
    ),
  })
  .meta({ id: 'FileChanges' });

const BytesSchema = z.unknown().meta({ type: 'string', format: 'binary' });

/** Which files a run has changed, call by call, and what they were. */
export function changeRoutes(app: App, context: ApiContext): void {
  const { agent, tools } = context.deps;
  /** What the tools service is told of a run; the agent service says first whether the caller may see it. */
  const filesOf = async (request: FastifyRequest, runId: string) => {
    const caller = callerOf(request);
    const run = need((await agent.getRun(create(agentpb.GetRunRequestSchema, { caller, runId }))).run);
    return { caller, runId, mounts: create(commonpb.MountsSchema, { workspace: run.workspace }) };
  };

  app.get(
    '/runs/:id/changes',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['results'],
        summary: 'List the files that a run has changed',
        description:
          'Recorded after each tool call that may change files. Of calls at the same time, the one that ended first has the changes of all.',
        params: RunIdParams,
        response: {
          200: z.object({
            changes: z.array(ChangeSchema),
            truncated: z.boolean().describe('There are more than 20,000 files; the latest are left out.'),
          }),
        },
      },
    },
    async (request) => {
      const wanted = create(toolspb.ListChangesRequestSchema, await filesOf(request, request.params.id));
      const { changes, truncated } = await tools.listChanges(wanted);
      return { changes: changes.map(changeOf), truncated };
    },
  );

  app.get(
    '/runs/:id/changes/:sha256',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['results'],
        summary: 'Download one version of a file that a run has changed',
        params: RunIdParams.extend({
          sha256: z.string().regex(/^[\da-f]{64}$/, 'must be 64 hex digits, in lower case'),
        }),
        response: {
          200: { description: 'The bytes.', content: { 'application/octet-stream': { schema: BytesSchema } } },
        },
      },
    },
    async (request, reply) => {
      const { id, sha256 } = request.params;
      const files = await filesOf(request, id);
      const { content } = await tools.readVersion(create(toolspb.ReadVersionRequestSchema, { ...files, sha256 }));
      return reply
        .type('application/octet-stream')
        .header('content-disposition', `attachment; filename="${sha256}"`)
        .header('cache-control', 'no-store')
        .send(Buffer.from(content.buffer, content.byteOffset, content.byteLength));
    },
  );
}

function changeOf({ n, actionId, attempt, at, files }: toolspb.ChangeSet): z.output<typeof ChangeSchema> {
  return {
    n,
    action_id: actionId,
    attempt,
    at: new Date(at).toISOString(),
    files: files.map(({ path, before, after }) => ({
      path,
      change: before ? (after ? 'modified' : 'deleted') : 'added',
      before: before ? versionOf(before) : null,
      after: after ? versionOf(after) : null,
    })),
  };
}

function versionOf({ sha256, size, mode, kept, binary }: toolspb.FileVersion): z.output<typeof VersionSchema> {
  return { sha256, size, mode, kept, binary };
}
