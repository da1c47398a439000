import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

/** A small MCP server in plain JavaScript, whose tools tell what it sees. `extra` is what it was started with. */
const serverIn = (load: string): string => `#!/usr/bin/env node
${load}
import { readFileSync, writeFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
const say = (message) => console.log(JSON.stringify({ jsonrpc: '2.0', ...message }));
const tools = {
  where: () => JSON.stringify({ cwd: process.cwd(), args: process.argv.slice(2), env: process.env, greeting, version: process.versions.node }),
  read: ({ path }) => readFileSync(path, 'utf8'),
  write: ({ path }) => { writeFileSync(path, 'written'); return 'written'; },
};
createInterface({ input: process.stdin }).on('line', (line) => {
  const { id, method, params } = JSON.parse(line);
  if (method === 'initialize') return say({ id, result: { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'fixture', version: '1' } } });
  if (method === 'tools/list') return say({ id, result: { tools: [...Object.keys(tools).map((name) => ({ name, inputSchema: { type: 'object' } })), { name: 'task', inputSchema: { type: 'object' }, execution: { taskSupport: 'required' } }] } });
  if (method === 'ping') return say({ id, result: {} });
  if (method !== 'tools/call') return id === undefined ? undefined : say({ id, error: { code: -32601, message: 'no' } });
  try {
    say({ id, result: { content: [{ type: 'text', text: tools[params.name](params.arguments ?? {}) }] } });
  } catch (error) {
    say({ id, result: { isError: true, content: [{ type: 'text', text: String(error) }] } });
  }
});
`;

/** The same in Python. */
const PYTHON = `
import json, os, sys
from helper import greeting
tools = {
    'where': lambda a: json.dumps({'cwd': os.getcwd(), 'args': sys.argv[1:], 'greeting': greeting}),
    'read': lambda a: open(a['path']).read(),
}
for line in sys.stdin:
    m = json.loads(line)
    say = lambda r: print(json.dumps({'jsonrpc': '2.0', 'id': m['id'], **r}), flush=True)
    if m['method'] == 'initialize':
        say({'result': {'protocolVersion': '2025-11-25', 'capabilities': {'tools': {}}, 'serverInfo': {'name': 'p', 'version': '1'}}})
    elif m['method'] == 'tools/list':
        say({'result': {'tools': [{'name': n, 'inputSchema': {'type': 'object'}} for n in tools]}})
    elif m['method'] == 'tools/call':
        say({'result': {'content': [{'type': 'text', 'text': tools[m['params']['name']](m['params'].get('arguments', {}))}]}})
    elif 'id' in m:
        say({'error': {'code': -32601, 'message': 'no'}})
`;

const FILES = {
  'project/package.json': '{"name":"project","type":"module"}',
  'project/node_modules/@fixture/server/package.json':
    '{"name":"@fixture/server","version":"1.2.3","type":"module","bin":{"fixture":"dist/index.js"}}',
  'project/node_modules/@fixture/server/dist/index.js': serverIn("import { greeting } from 'sibling';"),
  'project/node_modules/sibling/package.json': '{"name":"sibling","type":"module","main":"index.js"}',
  'project/node_modules/sibling/index.js': "export const greeting = 'from the sibling package';",
  'project/src/server.js': serverIn("import { greeting } from '../lib/greeting.js';"),
  'project/lib/greeting.js': "export const greeting = 'from the project';",
  'plain/server.mjs': serverIn("import { greeting } from './greeting.mjs';"),
  'plain/greeting.mjs': "export const greeting = 'from beside';",
  'plain/broken.mjs': "import 'nowhere-to-be-found';",
  'python/server.py': PYTHON,
  'python/helper.py': "greeting = 'from python'",
  'notes/a.txt': 'a note',
  'apart/secret.txt': 'nobody named me',
};

/** A registry of npm on loopback that has the package `@fixture/server`, which stands alone there. */
export async function fixtureRegistry(folder: string): Promise<{
  readonly url: string;
  /** Paths that were asked for. */
  readonly asked: string[];
  close(): Promise<void>;
}> {
  const packed = join(folder, 'packed');
  await mkdir(join(packed, 'package/dist'), { recursive: true });
  await cp(join(folder, 'project/node_modules/@fixture/server/package.json'), join(packed, 'package/package.json'));
  await cp(join(folder, 'plain/server.mjs'), join(packed, 'package/dist/index.js'));
  await cp(join(folder, 'plain/greeting.mjs'), join(packed, 'package/dist/greeting.mjs'));
  const run = promisify(execFile);
  await run('tar', ['-czf', 'server.tgz', 'package'], { cwd: packed });
  const tarball = await readFile(join(packed, 'server.tgz'));
  const manifest = JSON.parse(FILES['project/node_modules/@fixture/server/package.json']) as object;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? '');
    asked.push(path);
    if (path.endsWith('.tgz')) return void response.end(tarball);
    const dist = {
      tarball: `${url}/server.tgz`,
      integrity: `sha512-${createHash('sha512').update(tarball).digest('base64')}`,
    };
    const body = {
      name: '@fixture/server',
      'dist-tags': { latest: '1.2.3' },
      versions: { '1.2.3': { ...manifest, dist } },
    };
    response.writeHead(path === '/@fixture/server' ? 200 : 404, { 'content-type': 'application/json' });
    response.end(path === '/@fixture/server' ? JSON.stringify(body) : '{}');
  });
  // Not 127.0.0.1: that is the sandbox itself for what runs in it.
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.2', resolve));
  const url = `http://127.0.0.2:${(server.address() as AddressInfo).port}`;
  return {
    url,
    asked,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A folder as users have them: a project with packages, plain scripts, notes. Others may read it. */
export async function fixtureFolder(): Promise<{ readonly path: string; remove(): Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'holdfast-programs-'));
  await chmod(path, 0o755);
  for (const [name, content] of Object.entries(FILES)) {
    await mkdir(dirname(join(path, name)), { recursive: true });
    await writeFile(join(path, name), content);
  }
  const bin = join(path, 'project/node_modules/.bin');
  await mkdir(bin);
  await chmod(join(path, 'project/node_modules/@fixture/server/dist/index.js'), 0o755);
  await symlink('../@fixture/server/dist/index.js', join(bin, 'fixture'));
  await symlink('notes', join(path, 'link'));
  return { path, remove: () => rm(path, { recursive: true }) };
}
