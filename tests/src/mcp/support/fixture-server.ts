import { chmod, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

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
  if (method === 'tools/list') return say({ id, result: { tools: Object.keys(tools).map((name) => ({ name, inputSchema: { type: 'object' } })) } });
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
