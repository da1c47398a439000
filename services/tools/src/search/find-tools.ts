import type { JsonObject } from '@holdfast/protocol';
import { z } from 'zod';

import { defineTool, type ToolModule } from '../tool.ts';

/** The name of the tool that finds tools. */
export const FIND_TOOLS = 'find_tools';

/** The tools that fit a query best, best first: only those that the tenant may use. */
export type FindTools = (wanted: {
  readonly query: string;
  readonly limit: number;
  readonly tenant: string;
}) => readonly ToolModule[];

const MOST = 10;
/** So much of the answer goes to schemas, bytes of JSON: a later tool is given without its own. */
const SCHEMA_BYTES = 32 * 1024;
const DESCRIPTION_CHARS = 1000;

/** Lets a model find tools that are not in its prompt. */
export function findToolsTool(find: FindTools): ToolModule {
  return defineTool({
    name: FIND_TOOLS,
    description:
      'Finds tools that are not listed, by what they are for: tools of connected servers, and skills. Say what you want ' +
      'to do in a few words, with the name of the service where you know it. The tools that it names can be called then.',
    parameters: z.strictObject({
      query: z.string().trim().min(1).max(500).describe('What the tool should do, or its name.'),
      limit: z.int().min(1).max(MOST).default(5),
    }),
    effect: 'read',
    approval: 'none',
    timeoutMs: 10_000,
    async run({ query, limit }, { tenant }) {
      const found = find({ query, limit, tenant });
      const value: JsonObject = { tools: described(found) };
      if (found.length === 0) {
        value['note'] =
          'No tool fits. Say it in other words, or name the service. Tools that are listed need no search.';
      }
      return { ok: true, value };
    },
  });
}

function described(tools: readonly ToolModule[]): JsonObject[] {
  let left = SCHEMA_BYTES;
  return tools.map(({ name, description, input, source = 'builtin' }) => {
    const about: JsonObject = { name, description: description.slice(0, DESCRIPTION_CHARS), source };
    const bytes = Buffer.byteLength(JSON.stringify(input.schema));
    if (bytes > left) return { ...about, parameters_left_out: `Their schema has ${bytes} bytes. Find it by its name.` };
    left -= bytes;
    return { ...about, parameters: input.schema };
  });
}
