import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { freePort, type Product, runCli, startProduct } from '../support/product.ts';

/** A whole MCP server, small enough for a command line: it tells what it can reach. */
const SERVER = `
const lines = require('node:readline').createInterface({ input: process.stdin });
const say = (id, result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
lines.on('line', async (line) => {
  const { id, method } = JSON.parse(line);
  if (method === 'initialize') return say(id, { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'inside', version: '1' } });
  if (method === 'ping') return say(id, {});
  if (method === 'tools/list') return say(id, { tools: [{ name: 'look', description: 'Looks around.', inputSchema: { type: 'object' } }] });
  if (method === 'tools/call') return say(id, { content: [{ type: 'text', text: 'uid ' + process.getuid() }] });
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } }));
});`;

interface Shown {
  readonly servers: readonly {
    readonly name: string;
    readonly state: string;
    readonly tools: readonly { readonly qualified_name: string }[];
    readonly instances: readonly { readonly last_error: string }[];
  }[];
}

let dataDir: string;
let product: Product;

const cli = async (...args: string[]): Promise<{ code: number | null; stdout: string; stderr: string }> =>
  runCli(args, { HOME: dataDir, HOLDFAST_DATA_DIR: dataDir }).done;

async function shown(): Promise<Shown> {
  return (await product.call('GET', '/api/v1/mcp/servers')).body as unknown as Shown;
}

async function untilState(name: string, state: string): Promise<void> {
  for (const end = Date.now() + 40_000; ; ) {
    const { servers } = await shown();
    if (servers.find((one) => one.name === name)?.state === state) return;
    if (Date.now() > end) throw new Error(`${name} never became ${state}: ${JSON.stringify(servers)} ${product.log()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

describe('MCP servers of the whole product (TL-5)', () => {
  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'holdfast-mcp-product-'));
    product = await startProduct(dataDir, await freePort());
  });
  afterAll(async () => {
    await product.stop();
    await rm(dataDir, { recursive: true, force: true });
  });

  it('are added by the command line while it runs, start in the sandbox, and are taken away again', async () => {
    const added = await cli('mcp', 'add', 'inside', '--', '/.holdfast/bin/node', '-e', SERVER);
    expect(added, added.stderr).toMatchObject({ code: 0 });
    await untilState('inside', 'ready');
    const { servers } = await shown();
    expect(servers[0]?.tools.map((tool) => tool.qualified_name)).toEqual(['mcp__inside__look']);
    const listed = await cli('mcp', 'list', '--json');
    expect(JSON.parse(listed.stdout)).toMatchObject({ servers: [{ name: 'inside', state: 'ready', drift: [] }] });
    const tested = await cli('mcp', 'test', 'inside');
    expect(tested, tested.stderr).toMatchObject({ code: 0 });
    expect(tested.stdout).toContain('mcp__inside__look');
    const tools = await product.call('GET', '/api/v1/tools');
    expect(JSON.stringify(tools.body)).toContain('mcp__inside__look');
    expect(await cli('mcp', 'accept', 'nobody')).toMatchObject({ code: 1 });
    expect(await cli('mcp', 'accept', 'inside')).toMatchObject({ code: 0 });
    expect(await cli('mcp', 'add', 'inside', 'http://127.0.0.1:1/mcp')).toMatchObject({ code: 1 });
    expect(await cli('mcp', 'remove', 'inside')).toMatchObject({ code: 0 });
    for (const end = Date.now() + 20_000; (await shown()).servers.length > 0; ) {
      if (Date.now() > end) throw new Error('It was never taken away.');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });

  it('say that they are not there in the API and the metrics, and hold nothing up', async () => {
    const silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await once(silent, 'listening');
    const { port } = silent.address() as { port: number };
    expect(await cli('mcp', 'add', 'silent', `http://127.0.0.1:${port}/mcp`)).toMatchObject({ code: 0 });
    await untilState('silent', 'connecting');
    silent.closeAllConnections();
    silent.close();
    await untilState('silent', 'degraded');
    expect((await shown()).servers[0]?.instances[0]?.last_error).not.toBe('');
    const again = await product.call('POST', '/api/v1/mcp/servers/silent/reconnect');
    expect(again).toMatchObject({ status: 503, body: { error: { code: 'UNAVAILABLE' } } });
    const audit = await product.call('GET', '/api/v1/audit');
    expect(JSON.stringify(audit.body)).toContain('mcp.reconnect');
  });
});
