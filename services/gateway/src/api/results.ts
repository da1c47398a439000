import { basename } from 'node:path';

import { agentpb, create, HoldfastError } from '@holdfast/protocol';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';

import type { App } from '../http/app.ts';
import { artifactPath, openInWorkspace, type WorkspaceFile } from './artifact-file.ts';
import { type ApiContext, callerOf } from './context.ts';
import { RunIdParams } from './run-schema.ts';
import { need } from './runs.ts';
import { hasEnded } from './wire.ts';

const ArtifactSchema = z.object({
  path: z.string().describe('Within the workspace.'),
  size: z.number().int().describe('Bytes.'),
  modified_at: z.iso.datetime(),
});

const BytesSchema = z.unknown().meta({ type: 'string', format: 'binary' });

const markdown = (description: string) => ({ description, content: { 'text/markdown': { schema: z.string() } } });

/** What a run has brought forth: report, files, playbook. */
export function resultRoutes(app: App, context: ApiContext): void {
  const { agent } = context.deps;
  const runOfRequest = async (request: FastifyRequest, runId: string) =>
    need((await agent.getRun(create(agentpb.GetRunRequestSchema, { caller: callerOf(request), runId }))).run);

  app.get(
    '/runs/:id/report',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['results'],
        summary: 'Read the report of a run',
        params: RunIdParams,
        response: { 200: markdown('The final answer.') },
      },
    },
    async (request, reply) => {
      const run = await runOfRequest(request, request.params.id);
      if (run.output === '') {
        const why = hasEnded(run.status)
          ? `The run ended without an answer${run.error ? `: ${run.error.message}` : '.'}`
          : 'The run has not ended yet: its report is not written.';
        throw new HoldfastError('FAILED_PRECONDITION', why);
      }
      return reply.type('text/markdown; charset=utf-8').send(run.output);
    },
  );

  app.get(
    '/runs/:id/artifacts',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['results'],
        summary: 'List the files that a run has made',
        params: RunIdParams,
        response: { 200: z.object({ artifacts: z.array(ArtifactSchema) }) },
      },
    },
    async (request) => {
      const run = await runOfRequest(request, request.params.id);
      const artifacts: z.output<typeof ArtifactSchema>[] = [];
      for (const name of run.artifacts) {
        const path = artifactPath(name);
        const file = await present(run.workspace, path);
        if (!file) continue;
        await file.handle.close();
        artifacts.push({ path, size: file.size, modified_at: new Date(file.modifiedAt).toISOString() });
      }
      return { artifacts };
    },
  );

  app.get(
    '/runs/:id/artifacts/*',
    {
      config: { access: 'runs:read' },
      schema: {
        tags: ['results'],
        summary: 'Download a file of the workspace of a run',
        params: RunIdParams.extend({ '*': z.string().max(4096).describe('Path within the workspace.') }),
        response: {
          200: { description: 'The bytes.', content: { 'application/octet-stream': { schema: BytesSchema } } },
        },
      },
    },
    async (request, reply) => {
      const run = await runOfRequest(request, request.params.id);
      const path = request.params['*'];
      const { handle, size } = await openInWorkspace(run.workspace, path);
      const name = encodeURIComponent(basename(path)).replaceAll(/['()*]/g, escapeAttribute);
      return (
        reply
          .type('application/octet-stream')
          .header('content-length', size)
          .header('content-disposition', `attachment; filename*=UTF-8''${name}`)
          .header('cache-control', 'no-store')
          // A file that grows meanwhile must not exceed the length that was announced.
          .send(size === 0 ? await closed(handle) : handle.createReadStream({ start: 0, end: size - 1 }))
      );
    },
  );

  app.get(
    '/runs/:id/playbook',
    {
      config: { access: 'runs:read', audit: 'run.export_playbook' },
      schema: {
        tags: ['results'],
        summary: 'Read a finished run as a playbook',
        params: RunIdParams,
        querystring: z.strictObject({
          name: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, 'must be lower-case letters, digits, - and _'),
        }),
        response: { 200: markdown('A playbook file.') },
      },
    },
    async (request, reply) => {
      const wanted = { caller: callerOf(request), runId: request.params.id, name: request.query.name };
      const { markdown: text } = await agent.exportPlaybook(create(agentpb.ExportPlaybookRequestSchema, wanted));
      return reply.type('text/markdown; charset=utf-8').send(text);
    },
  );

  app.post(
    '/runs/:id/playbook',
    {
      config: { access: 'runs:write', audit: 'run.save_playbook', auditFields: ['name'] },
      schema: {
        tags: ['results'],
        summary: 'Save a finished run as a playbook that can be run from now on',
        description: 'Refused with ALREADY_EXISTS where an agent or a playbook has this name.',
        params: RunIdParams,
        body: z.strictObject({
          name: z.string().max(60).describe('Of a-z, 0-9 and single - between them, beginning with a letter.'),
        }),
        response: {
          201: z.object({ name: z.string(), path: z.string().describe('The file, on the host.') }),
        },
      },
    },
    async (request, reply) => {
      const wanted = { caller: callerOf(request), runId: request.params.id, name: request.body.name };
      const { name, path } = await agent.savePlaybook(create(agentpb.SavePlaybookRequestSchema, wanted));
      return reply.code(201).send({ name, path });
    },
  );
}

async function present(workspace: string, path: string): Promise<WorkspaceFile | undefined> {
  try {
    return await openInWorkspace(workspace, path);
  } catch (error) {
    if (HoldfastError.has(error, 'NOT_FOUND')) return undefined;
    throw error;
  }
}

async function closed(handle: WorkspaceFile['handle']): Promise<Buffer> {
  await handle.close();
  return Buffer.alloc(0);
}

function escapeAttribute(char: string): string {
  return `%${char.codePointAt(0)?.toString(16).toUpperCase()}`;
}
