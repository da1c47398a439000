import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterEach, describe, expect, it } from 'vitest';

import { until } from '../testing/open-mcp.ts';
import { discoveryConformance } from './conformance.ts';
import type { Discovery } from './discovery.ts';
import { fileDiscovery } from './file.ts';

const folders: string[] = [];
const open: Discovery[] = [];

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'holdfast-mcp-file-'));
  folders.push(made);
  return made;
}

afterEach(async () => {
  for (const discovery of open.splice(0)) await discovery.close();
  for (const made of folders.splice(0)) await rm(made, { recursive: true, force: true });
});

discoveryConformance(
  'a file',
  async () => {
    const file = join(await folder(), 'mcp.json');
    const entries: Record<string, unknown> = {};
    let away = false;
    // As editors do it: a new file is renamed into place.
    const write = async (): Promise<void> => {
      await writeFile(`${file}.new`, away ? '{ "mcpServers": {' : JSON.stringify({ mcpServers: entries }));
      await rename(`${file}.new`, file);
    };
    await write();
    return {
      discovery: fileDiscovery({ files: [file], env: {} }),
      async put(server, _, url) {
        entries[server] = { url };
        await write();
      },
      async remove(server) {
        delete entries[server];
        await write();
      },
      async fail() {
        throw new Error('A file knows no health.');
      },
      async putBroken(server) {
        entries[server] = { url: 'ftp://nowhere' };
        await write();
      },
      async goAway() {
        away = true;
        await write();
      },
      async comeBack() {
        away = false;
        await write();
      },
      close: async () => undefined,
    };
  },
  false,
);

describe('mcp.json (TL-5)', () => {
  const read = async (text: string, env = {}): Promise<Discovery> => {
    const file = join(await folder(), 'mcp.json');
    await writeFile(file, text);
    const discovery = fileDiscovery({ files: [file], env });
    open.push(discovery);
    await discovery.start();
    return discovery;
  };

  it('puts variables of the environment in', async () => {
    const entry = {
      command: 'node',
      args: ['${ROOT}/server.js', '${PORT:-8080}'],
      env: { TOKEN: '${env:TOKEN}' },
    };
    const discovery = await read(JSON.stringify({ mcpServers: { s: entry } }), { ROOT: '/opt', TOKEN: 't0k' });
    expect(discovery.found().servers.get('s')?.instances[0]?.transport).toEqual({
      type: 'stdio',
      command: 'node',
      args: ['/opt/server.js', '8080'],
      env: { TOKEN: 't0k' },
      cwd: '',
    });
  });

  it.each([
    ['a variable that is not set', { s: { command: '${NOT_SET}' } }, 'NOT_SET is not set'],
    ['both kinds', { s: { command: 'x', url: 'http://a.example' } }, 'both command and url'],
    ['neither kind', { s: {} }, 'neither command nor url'],
    ['the old SSE transport', { s: { type: 'sse', url: 'http://a.example' } }, 'SSE transport is not supported'],
    ['a wrong type', { s: { command: ['x'] } }, 'command'],
    ['another scheme', { s: { url: 'file:///etc/passwd' } }, 'url'],
    ['a name that is no name', { 'a b': { command: 'x' } }, 'letters, digits'],
    ['nothing', { s: null }, 's is left out'],
  ])('leaves an entry with %s out and says why, and takes the others', async (_, entries, why) => {
    const discovery = await read(JSON.stringify({ mcpServers: { ...entries, good: { command: 'x' } } }));
    expect([...discovery.found().servers.keys()]).toEqual(['good']);
    expect(discovery.found().problem).toContain(why);
  });

  it.each(['', '[]', 'null', '{}', '{"mcpServers":[]}', '{"mcpServers":3}', '\u0000'])(
    'survives the content %j',
    async (text) => {
      const discovery = await read(text);
      expect(discovery.found().servers.size).toBe(0);
      expect(discovery.found().problem).not.toBe('');
    },
  );

  it('passes over disabled servers and keys of other clients', async () => {
    const discovery = await read(
      JSON.stringify({
        mcpServers: { off: { command: 'x', disabled: true }, on: { command: 'x', alwaysAllow: ['y'] } },
      }),
    );
    expect([...discovery.found().servers.keys()]).toEqual(['on']);
    expect(discovery.found().problem).toBe('');
  });

  it('is empty where there is no file, and finds one that comes later', async () => {
    const file = join(await folder(), 'mcp.json');
    const discovery = fileDiscovery({ files: [file], env: {} });
    open.push(discovery);
    await discovery.start();
    expect(discovery.found()).toEqual({ servers: new Map(), problem: '' });
    await writeFile(file, JSON.stringify({ mcpServers: { late: { command: 'x' } } }));
    await until('it is found', () => discovery.found().servers.has('late'));
  });
});
