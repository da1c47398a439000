import {
  ProtocolError,
  ProtocolErrorCode,
  ResourceNotFoundError,
  ResourceTemplate,
} from '@modelcontextprotocol/server';
import { agentpb, create, HoldfastError } from '@holdfast/protocol';

import { need } from '../api/runs.ts';
import { callerOfRequest } from './caller.ts';
import type { McpInstance } from './instance.ts';

/** So many reports are listed; older ones can be read by their address. */
const LISTED = 50;
const MARKDOWN = 'text/markdown';

/** The reports of runs, as resources. */
export function registerReports({ context, server }: McpInstance): void {
  const { agent } = context.deps;
  const template = new ResourceTemplate('holdfast://runs/{id}/report', {
    list: async (ctx) => {
      const wanted = {
        caller: callerOfRequest(ctx).toCaller(),
        statuses: [agentpb.RunStatus.SUCCEEDED],
        limit: LISTED,
      };
      const { runs } = await agent.listRuns(create(agentpb.ListRunsRequestSchema, wanted));
      return {
        resources: runs
          .filter(({ output }) => output !== '')
          .map(({ agent: by, id, task }) => ({
            uri: `holdfast://runs/${id}/report`,
            name: `Report of ${by}`,
            description: task.slice(0, 300),
            mimeType: MARKDOWN,
          })),
      };
    },
  });
  server.registerResource(
    'report',
    template,
    { title: 'Report of a run', description: 'The final answer of a run.', mimeType: MARKDOWN },
    async (uri, { id }, ctx) => {
      const caller = callerOfRequest(ctx);
      caller.need('runs:read');
      const runId = typeof id === 'string' ? id : '';
      const wanted = create(agentpb.GetRunRequestSchema, { caller: caller.toCaller(), runId });
      const { run } = await agent.getRun(wanted).catch((error: unknown) => {
        if (HoldfastError.has(error, 'NOT_FOUND')) throw new ResourceNotFoundError(uri.href);
        throw new ProtocolError(ProtocolErrorCode.InternalError, HoldfastError.from(error).message);
      });
      const { output } = need(run);
      if (output === '') throw new ResourceNotFoundError(uri.href);
      return { contents: [{ uri: uri.href, mimeType: MARKDOWN, text: output }] };
    },
  );
}
