import { join } from 'node:path';

import type { JsonObject } from '@holdfast/protocol';

import { EXIT, UsageError } from '../exit-code.ts';
import { locateDataDir } from '../http/target.ts';
import type { Cli } from '../io.ts';
import { harmless, oneLine, table } from '../view/text.ts';

/** A server as the REST API shows it. */
interface ServerView {
  readonly name: string;
  readonly source: string;
  readonly state: string;
  readonly instances: readonly {
    readonly id: string;
    readonly state: string;
    readonly breaker: string;
    readonly address: string;
    readonly last_error: string;
  }[];
  readonly tools: readonly {
    readonly qualified_name: string;
    readonly description: string;
    readonly problem: string;
  }[];
  readonly drift: readonly { readonly tool: string; readonly kind: string; readonly blocked: boolean }[];
}

interface ServersView {
  readonly servers: readonly ServerView[];
  readonly discoveries: readonly { readonly name: string; readonly problem: string }[];
}

/** What `holdfast mcp add` takes. */
export interface AddFlags {
  readonly env?: readonly string[];
  readonly header?: readonly string[];
}

/** `holdfast mcp list`. */
export async function mcpListCommand(cli: Cli): Promise<number> {
  const answer = await cli.client.request<ServersView>('GET', '/mcp/servers');
  cli.result(answer);
  for (const { problem } of answer.discoveries) if (problem !== '') cli.note(oneLine(problem, 400));
  if (answer.servers.length === 0) {
    cli.note(cli.say('mcp.none'));
    return EXIT.OK;
  }
  const rows = answer.servers.map((server) => [
    server.name,
    cli.say(`mcp.state.${server.state}` as 'mcp.state.ready'),
    server.source,
    String(server.tools.length),
    oneLine(server.instances.map(({ last_error: text }) => text).find((text) => text !== '') ?? '', 80),
  ]);
  const head = ['head.server', 'head.status', 'head.source', 'head.tools', 'head.lastError'] as const;
  cli.print(
    table(
      head.map((key) => cli.say(key)),
      rows,
    ),
  );
  for (const server of answer.servers) printDrift(cli, server);
  return EXIT.OK;
}

/** `holdfast mcp test SERVER`: connects anew, and shows what it offers. */
export async function mcpTestCommand(cli: Cli, name: string): Promise<number> {
  await cli.client.request('POST', `/mcp/servers/${encodeURIComponent(name)}/reconnect`);
  const { servers } = await cli.client.request<ServersView>('GET', '/mcp/servers');
  const server = servers.find((one) => one.name === name);
  cli.result(server ?? null);
  if (!server) return EXIT.FAILED;
  for (const { id, state, address } of server.instances) {
    cli.print(`${id}  ${cli.say(`mcp.state.${state}` as 'mcp.state.ready')}  ${harmless(address)}`);
  }
  const rows = server.tools.map((tool) => [tool.qualified_name, oneLine(tool.problem || tool.description, 80)]);
  cli.print(table([cli.say('head.tool'), cli.say('head.description')], rows));
  printDrift(cli, server);
  return EXIT.OK;
}

/** `holdfast mcp accept SERVER [TOOL]`. */
export async function mcpAcceptCommand(cli: Cli, name: string, tool?: string): Promise<number> {
  const body = tool === undefined ? {} : { tool };
  const path = `/mcp/servers/${encodeURIComponent(name)}/accept`;
  const answer = await cli.client.request<{ tools: readonly string[] }>('POST', path, { body });
  cli.result(answer);
  const tools = answer.tools.map((one) => oneLine(one, 64)).join(', ');
  cli.print(cli.say(answer.tools.length === 0 ? 'mcp.nothingToAccept' : 'mcp.accepted', { name, tools }));
  return EXIT.OK;
}

/** `holdfast mcp add SERVER URL|COMMAND [ARGUMENTS...]`: writes mcp.json of the data directory. */
export async function mcpAddCommand(
  cli: Cli,
  name: string,
  address: string,
  words: readonly string[],
  flags: AddFlags,
): Promise<number> {
  const { addServer } = await import('@holdfast/tools');
  const file = await fileOf(cli);
  const env = pairs(cli, '--env', '=', flags.env);
  const headers = pairs(cli, '--header', ':', flags.header);
  const entry: JsonObject = /^https?:\/\//.test(address)
    ? { url: address, ...(headers ? { headers } : {}) }
    : { command: address, args: [...words], ...(env ? { env } : {}) };
  await addServer(file, name, entry);
  cli.result({ name, file });
  cli.print(cli.say('mcp.added', { name, file }));
  return EXIT.OK;
}

/** `holdfast mcp remove SERVER`. */
export async function mcpRemoveCommand(cli: Cli, name: string): Promise<number> {
  const { removeServer } = await import('@holdfast/tools');
  const file = await fileOf(cli);
  await removeServer(file, name);
  cli.result({ name, file, removed: true });
  cli.print(cli.say('mcp.removed', { name, file }));
  return EXIT.OK;
}

/** `holdfast mcp login SERVER`: a person logs in once, in a browser on this machine. */
export async function mcpLoginCommand(cli: Cli, name: string): Promise<number> {
  const { egressFetchTo, findServer, loginToMcp, TokenStore } = await import('@holdfast/tools');
  const spec = await findServer(await fileOf(cli), name, cli.io.env);
  if (spec.type !== 'http') throw new UsageError(cli.say('mcp.noLogin', { name }));
  const withOauth = { ...spec, oauth: spec.oauth ?? { grant: 'authorization_code' as const, hosts: [] } };
  const way = egressFetchTo(name, withOauth);
  const interrupted = new AbortController();
  const stop = (): void => interrupted.abort();
  process.once('SIGINT', stop);
  try {
    await loginToMcp({
      server: name,
      spec: withOauth,
      store: new TokenStore(join(await locateDataDir(cli.target), 'mcp', 'logins')),
      fetch: way.fetch,
      signal: interrupted.signal,
      async show(url) {
        cli.note(cli.say('mcp.open'));
        cli.note(url.href);
      },
    });
  } finally {
    process.off('SIGINT', stop);
    way.close();
  }
  cli.result({ name, loggedIn: true });
  cli.print(cli.say('mcp.loggedIn', { name }));
  return EXIT.OK;
}

async function fileOf(cli: Cli): Promise<string> {
  return join(await locateDataDir(cli.target), 'mcp.json');
}

function printDrift(cli: Cli, { name, drift }: ServerView): void {
  for (const { tool, kind, blocked } of drift) {
    const key = kind === 'added' ? 'mcp.drift.added' : 'mcp.drift.changed';
    cli.note(cli.say(key, { name, tool: oneLine(tool, 64) }));
    if (blocked) cli.note(cli.say('mcp.drift.blocked', { name }));
  }
}

function pairs(
  cli: Cli,
  flag: string,
  separator: string,
  given: readonly string[] | undefined,
): Record<string, string> | undefined {
  if (!given) return undefined;
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf(separator);
      if (at <= 0) throw new UsageError(cli.say('mcp.pair', { flag, text, separator }));
      return [text.slice(0, at).trim(), text.slice(at + 1).trim()];
    }),
  );
}
