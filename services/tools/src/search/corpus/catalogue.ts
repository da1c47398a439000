import { jsonSchemaInput } from '../../input.ts';
import type { ToolModule } from '../../tool.ts';
import { BUSINESS } from './business.ts';
import { CLOUD } from './cloud.ts';
import { DATA } from './data.ts';
import { DEVELOPMENT } from './development.ts';
import { LOCAL } from './local.ts';
import { WORK } from './work.ts';

const SERVERS: Readonly<Record<string, string>> = { ...DEVELOPMENT, ...WORK, ...DATA, ...CLOUD, ...BUSINESS, ...LOCAL };

/** The tools of 66 invented servers, as MCP servers would give them: for tests and measurements of the search. */
export function catalogue(): ToolModule[] {
  return toolsOf(SERVERS);
}

/** The tools that servers have: one a line, `name | description | parameters`. */
export function toolsOf(servers: Readonly<Record<string, string>>): ToolModule[] {
  return Object.entries(servers).flatMap(([server, lines]) =>
    lines
      .trim()
      .split('\n')
      .map((line) => toolOf(server, line)),
  );
}

function toolOf(server: string, line: string): ToolModule {
  const [name = '', description = '', parameters = ''] = line.split(' | ');
  const properties = Object.fromEntries(
    parameters.split('; ').map((parameter) => {
      const [key = '', ...text] = parameter.split(': ');
      return [key, { type: 'string', ...(text.length > 0 ? { description: text.join(': ') } : {}) }];
    }),
  );
  return {
    name: `${server}__${name}`,
    description,
    input: jsonSchemaInput({ type: 'object', properties }),
    effect: 'write',
    approval: 'none',
    timeoutMs: 1000,
    source: 'mcp',
    deferred: true,
    run: async () => ({ ok: true, value: {} }),
  };
}
