import { z } from 'zod';

import { defineTool, type ToolModule } from '../tool.ts';
import { keep } from './result.ts';
import type { Server } from './server/server.ts';

const MOST = 500;

/** Tools to read the resources of MCP servers. `of` finds a server by name, or throws for a model to act on. */
export function resourceTools(of: (name: string) => Server, timeoutMs: number): readonly ToolModule[] {
  const common = {
    effect: 'read',
    approval: 'always',
    timeoutMs: timeoutMs + 1000,
    source: 'mcp',
    deferred: true,
  } as const;
  return [
    defineTool({
      ...common,
      name: 'mcp_list_resources',
      description:
        'Lists the resources (files, records, pages) that an MCP server offers for reading, with their URIs.',
      parameters: z.strictObject({ server: z.string().describe('The name of the MCP server.') }),
      async run({ server }, { signal }) {
        const { resources } = await of(server).request(
          { timeoutMs, signal, send: (client, options) => client.listResources({}, options) },
          true,
        );
        const shown = resources.slice(0, MOST).map(({ uri, name, description = '', mimeType = '' }) => ({
          uri,
          name,
          description: description.slice(0, 500),
          mimeType,
        }));
        return { ok: true, value: { resources: shown, more: resources.length > MOST } };
      },
    }),
    defineTool({
      ...common,
      name: 'mcp_read_resource',
      description: 'Reads a resource of an MCP server. Text comes as text, anything else as a file in /workspace/mcp.',
      parameters: z.strictObject({
        server: z.string().describe('The name of the MCP server.'),
        uri: z.string().max(4000).describe('As mcp_list_resources gave it.'),
      }),
      async run({ server, uri }, context) {
        const { contents } = await of(server).request(
          { timeoutMs, signal: context.signal, send: (client, options) => client.readResource({ uri }, options) },
          true,
        );
        const artifacts: string[] = [];
        const files = { context, tool: 'mcp_read_resource' };
        const shown = [];
        for (const [n, content] of contents.slice(0, 100).entries()) {
          const { uri: at, mimeType = '' } = content;
          if ('text' in content) shown.push({ uri: at, mimeType, text: content.text });
          else shown.push({ uri: at, mimeType, ...(await keep(content.blob, mimeType, n, files, artifacts)) });
        }
        return { ok: true, value: { contents: shown }, artifacts };
      },
    }),
  ];
}
