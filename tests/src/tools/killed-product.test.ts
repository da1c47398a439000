import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { type Provider, type Reply, startProvider } from '@holdfast/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';

import { describeInCage } from '../../../services/sandbox/src/testing-cage.ts';
import { CHROMIUM, type Site, startSite } from '../../../services/tools/src/browser/testing.ts';
import { freePort, type Product, startProduct } from '../support/product.ts';
import { tempDir } from '../support/temp-dir.ts';

const MCP_SERVER = `
const lines = require('node:readline').createInterface({ input: process.stdin });
const say = (id, result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
lines.on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (method === 'initialize') return say(id, { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'inside', version: '1' } });
  if (method === 'ping') return say(id, {});
  if (method === 'tools/list') return say(id, { tools: [{ name: 'look', description: 'Looks around.', inputSchema: { type: 'object' }, annotations: { readOnlyHint: true } }] });
  if (method === 'tools/call') return say(id, { content: [{ type: 'text', text: 'seen from inside' }] });
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } }));
});`;

const call = (name: string, args: Record<string, string>): Reply => ({ toolCalls: [{ name, arguments: args }] });

interface ProcessSeen {
  readonly pid: number;
  /** Told apart from a later one of its number by when it started. */
  readonly started: string;
  readonly line: string;
}

describeInCage('a product that is killed while all of its tools work (TL-1, TL-4, TL-5)', () => {
  const dir = tempDir();
  let site: Site;
  let provider: Provider;
  let product: Product;
  let start: () => Promise<Product>;

  beforeAll(async () => {
    site = await startSite({ '/': '<title>home</title><p>Words of a page, and more of them.</p>' });
    const url = `${site.url}/`;
    const replies: readonly Reply[] = [
      call('browser_navigate', { url, engine: 'playwright' }),
      call('mcp__inside__look', {}),
      call('note_add', { text: 'kept by a skill' }),
      call('bash', { command: 'sleep 3' }),
      call('browser_extract', {}),
      call('browser_navigate', { url }),
      call('mcp__inside__look', {}),
      call('note_find', { words: 'kept' }),
      { text: 'All done.' },
    ];
    provider = await startProvider({ script: ({ turns }) => replies[Math.min(turns, replies.length - 1)] ?? {} });
    const dataDir = join(dir.path, 'data');
    await mkdir(dataDir, { mode: 0o700 });
    await writeFile(
      join(dataDir, 'mcp.json'),
      JSON.stringify({ mcpServers: { inside: { command: 'node', args: ['-e', MCP_SERVER] } } }),
    );
    const config = {
      models: {
        default: ['local/scripted'],
        providers: { local: { type: 'openai-compatible', base_url: provider.openaiUrl, models: ['scripted'] } },
      },
      tools: {
        browser: { allow: [`127.0.0.1:${site.port}`], allow_private: [`127.0.0.1:${site.port}`] },
        mcp: { servers: { inside: { trust: true } } },
      },
    };
    // JSON is YAML.
    await writeFile(join(dataDir, 'holdfast.yaml'), JSON.stringify(config));
    const port = await freePort();
    start = () => startProduct(dataDir, port, { HOLDFAST_TOOLS__SKILLS__DIRS: undefined });
    product = await start();
    await listed('mcp__inside__look', 'note_add');
  });
  afterAll(async () => {
    await product.stop();
    await provider.close();
    await site[Symbol.asyncDispose]();
    dir.remove();
  });

  const until = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    for (const end = Date.now() + 60_000; !(await holds()); await sleep(100)) {
      if (Date.now() > end) throw new Error(`Never came true: ${what}. ${product.log()}`);
    }
  };
  const listed = (...names: string[]): Promise<void> =>
    until(`there are ${names.join(', ')}`, async () => {
      const text = JSON.stringify((await product.call('GET', '/api/v1/tools')).body);
      return names.every((name) => text.includes(`"${name}"`));
    });

  it.skipIf(CHROMIUM === '')('leaves no process, and its run goes on after the next start, with Chromium', async () => {
    const created = await product.call('POST', '/api/v1/runs', { agent: 'assistant', task: 'Use every tool.' });
    const id = String((created.body as { id: unknown }).id);
    const run = async () =>
      (await product.call('GET', `/api/v1/runs/${id}`)).body as { status: string; output: string };
    await until('the command runs', async () =>
      (await descendants(pidOf(product))).some(({ line }) => line === 'sleep 3'),
    );
    const before = await descendants(pidOf(product));
    for (const part of [/chromium/, /MCP|node -e/, /sleep 3/])
      expect(before.some(({ line }) => part.test(line))).toBe(true);
    await product.kill();
    await until('all of its processes have gone', async () => (await alive(before)).length === 0);

    product = await start();
    await listed('mcp__inside__look', 'note_add');
    await until('the run has ended', async () => ['succeeded', 'failed'].includes((await run()).status));
    expect(await run()).toMatchObject({ status: 'succeeded', output: 'All done.' });
    const results = provider.requests.at(-1)?.body['messages'];
    const said = JSON.stringify(results);
    // The page is gone with its browser: that is told, and the agent opens it again.
    expect(said).toContain('No page is open');
    expect(said).toContain('seen from inside');
    expect(said).toContain('kept by a skill');
    const last = await descendants(pidOf(product));
    expect(await product.stop()).toBe(0);
    await until('nothing is left of it', async () => (await alive(last)).length === 0);
    product = await start();
  });
});

/** All below a process. */
async function descendants(root: number): Promise<ProcessSeen[]> {
  const all = (await Promise.all((await pids()).map((pid) => look(pid)))).filter((one) => one !== undefined);
  const below = new Set([root]);
  for (const pid of below) for (const one of all) if (one.parent === pid) below.add(one.pid);
  below.delete(root);
  return all.filter(({ pid }) => below.has(pid));
}

async function alive(seen: readonly ProcessSeen[]): Promise<ProcessSeen[]> {
  const now = await Promise.all(seen.map(({ pid }) => look(pid)));
  return seen.filter(({ started }, at) => now[at]?.started === started);
}

async function look(pid: number): Promise<(ProcessSeen & { parent: number }) | undefined> {
  try {
    const [stat, line] = await Promise.all(['stat', 'cmdline'].map((name) => readFile(`/proc/${pid}/${name}`, 'utf8')));
    const fields = (stat ?? '').slice((stat ?? '').lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z') return undefined;
    return {
      pid,
      parent: Number(fields[1]),
      started: fields[19] ?? '',
      line: (line ?? '').replaceAll('\0', ' ').trim(),
    };
  } catch (error) {
    if (error instanceof Error && 'code' in error) return undefined;
    throw error;
  }
}

async function pids(): Promise<number[]> {
  return (await readdir('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
}

function pidOf({ child }: Product): number {
  if (child.pid === undefined) throw new Error('The product never started.');
  return child.pid;
}
