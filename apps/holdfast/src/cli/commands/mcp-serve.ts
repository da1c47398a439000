import { EXIT, UnreachableError } from '../exit-code.ts';
import { findTarget } from '../http/target.ts';
import type { Cli } from '../io.ts';

/**
 * `holdfast mcp serve`: the running server's MCP on stdin and stdout, for clients that start a program. Nothing but
 * messages of the protocol is written to stdout.
 */
export async function mcpServeCommand(cli: Cli): Promise<number> {
  const target = await findTarget(cli.target);
  if (!target) throw new UnreachableError(cli.say('client.noServer'));
  const [{ StreamableHTTPClientTransport }, { StdioServerTransport }, { Bridge }] = await Promise.all([
    import('@modelcontextprotocol/client'),
    import('@modelcontextprotocol/server/stdio'),
    import('../mcp/bridge.ts'),
  ]);
  const remote = new StreamableHTTPClientTransport(new URL(`${target.url}/mcp`), {
    // A server that was restarted has another key, and maybe another port.
    fetch: async (_url, init) => {
      const now = (await findTarget(cli.target)) ?? target;
      const headers = new Headers(init?.headers);
      if (now.key !== '') headers.set('authorization', `Bearer ${now.key}`);
      return fetch(new URL(`${now.url}/mcp`), { ...init, headers, redirect: 'error' });
    },
  });
  const local = new StdioServerTransport(cli.io.stdin, cli.io.stdout);
  cli.note(cli.say('mcp.serving', { url: target.url }));
  await new Bridge({ local, remote, note: (line) => cli.note(`holdfast: ${line}`) }).run();
  return EXIT.OK;
}
