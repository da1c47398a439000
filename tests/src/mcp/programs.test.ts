import { spawnSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';

import type { JsonObject } from '@holdfast/protocol';
import type { SandboxService } from '@holdfast/sandbox';
import { silentLogger, systemClock } from '@holdfast/telemetry';
import { afterEach, beforeEach, expect, it } from 'vitest';

import { describeInCage } from '../../../services/sandbox/src/testing-cage.ts';
import { McpConfigSchema } from '../../../services/tools/src/mcp/config.ts';
import { createMcp } from '../../../services/tools/src/mcp/create.ts';
import { namespacedName } from '../../../services/tools/src/mcp/names.ts';
import type { McpSource } from '../../../services/tools/src/mcp/source.ts';
import { contextOf, until } from '../../../services/tools/src/mcp/testing/open-mcp.ts';
import { leftBehind } from '../support/left-behind.ts';
import { openSandboxService } from '../support/sandbox-service.ts';
import { tempDir } from '../support/temp-dir.ts';
import { fixtureFolder, fixtureRegistry } from './support/fixture-server.ts';

/** Never in CI: there it has to be there. */
const isMissing = (program: string): boolean =>
  process.env['CI'] !== 'true' && spawnSync('sh', ['-c', `command -v ${program}`]).status !== 0;

describeInCage('programs of a usual mcp.json, in a real sandbox (TL-5)', () => {
  let dataDir: ReturnType<typeof tempDir>;
  let fixture: Awaited<ReturnType<typeof fixtureFolder>>;
  let service: SandboxService;
  let source: McpSource | undefined;
  beforeEach(async () => {
    dataDir = tempDir();
    fixture = await fixtureFolder();
    service = openSandboxService({}, dataDir.path);
  });
  afterEach(async () => {
    await source?.close();
    source = undefined;
    await service.close();
    expect(await leftBehind(dataDir.path)).toEqual([]);
    dataDir.remove();
    await fixture.remove();
  });

  const at = (name: string): string => join(fixture.path, name);
  const open = async (
    entry: JsonObject,
    policy: JsonObject = {},
    name = 'one',
    egress: readonly string[] = [],
  ): Promise<McpSource> => {
    await writeFile(join(dataDir.path, 'mcp.json'), JSON.stringify({ mcpServers: { [name]: entry } }));
    source = createMcp({
      config: McpConfigSchema.parse({ servers: { [name]: policy }, reconnect: { first_ms: 100, max_ms: 1000 } }),
      dataDir: dataDir.path,
      env: process.env,
      sandbox: service,
      sandboxes: { level: 'process', egress },
      clock: systemClock,
      random: Math.random,
      logger: silentLogger(),
      counted: () => undefined,
    });
    await source.start();
    return source;
  };
  /** Why it does not work. */
  const problemOf = async (entry: JsonObject, policy: JsonObject = {}): Promise<string> => {
    const mcp = await open(entry, policy);
    const problem = (): string => mcp.status()[0]?.instances[0]?.lastError ?? '';
    await until('it says why', () => problem() !== '');
    return problem();
  };
  const call = async (tool: string, args: Record<string, unknown> = {}, server = 'one'): Promise<string> => {
    const find = () => source?.list().find(({ name }) => name === namespacedName(server, tool));
    await until(`${tool} is there: ${JSON.stringify(source?.status()[0]?.instances)}`, () => find() !== undefined);
    const outcome = await find()?.run(args, {
      ...contextOf(dataDir.path, new AbortController().signal),
      actionId: 'a1',
      emit: async () => undefined,
    });
    return JSON.stringify(outcome);
  };

  it('start from a link in node_modules/.bin, find their sibling packages, and see the folders that they are given', async () => {
    await open({ command: at('project/node_modules/.bin/fixture'), args: [at('notes'), `--more=${at('python')}`] });
    expect(await call('where')).toContain('from the sibling package');
    expect(source?.list().map(({ name }) => name)).not.toContain('mcp__one__task');
    expect(await call('read', { path: at('notes/a.txt') })).toContain('a note');
    expect(await call('read', { path: at('python/helper.py') })).toContain('from python');
    expect(await call('write', { path: at('notes/a.txt') })).toContain('EROFS');
    expect(await call('read', { path: at('apart/secret.txt') })).toContain('ENOENT');
    expect(await call('read', { path: at('project/package.json') })).toContain('ENOENT');
    expect(await readFile(at('notes/a.txt'), 'utf8')).toBe('a note');
  });

  it('start as `node` with an absolute script of a project, or with one that stands alone', async () => {
    await open({ command: 'node', args: [at('project/src/server.js')] });
    const told = await call('where');
    expect(told).toContain('from the project');
    expect(Number(/version\W+(?<major>\d+)/.exec(told)?.groups?.['major'])).toBeGreaterThanOrEqual(20);
    await source?.close();
    await open({ command: 'node', args: ['--no-warnings', at('plain/server.mjs'), at('link')] });
    expect(await call('where')).toContain('from beside');
    expect(await call('read', { path: at('link/a.txt') })).toContain('a note');
  });

  it('start in their cwd with a relative script, and see what their environment names', async () => {
    const env = { NOTES: at('notes'), LIBRARIES: `${at('python')}:/nowhere`, TOKEN: 'x' };
    await open({ command: 'node', args: ['src/server.js'], cwd: at('project'), env });
    const told = await call('where');
    expect(told).toContain(at('project'));
    expect(told).toContain('from the project');
    expect(await call('read', { path: at('notes/a.txt') })).toContain('a note');
    expect(await call('read', { path: at('python/helper.py') })).toContain('from python');
  });

  it.skipIf(isMissing('python3'))('start as a Python script with its modules (python3 is there)', async () => {
    await open({ command: 'python3', args: [at('python/server.py'), at('notes')] });
    expect(await call('where')).toContain('from python');
    expect(await call('read', { path: at('notes/a.txt') })).toContain('a note');
  });

  it('start by npx without a network where their cwd has the package', async () => {
    await open({ command: 'npx', args: ['-y', '@fixture/server@latest', at('notes')], cwd: at('project') });
    expect(await call('where')).toContain('from the sibling package');
    expect(await call('read', { path: at('notes/a.txt') })).toContain('a note');
  });

  it.skipIf(isMissing('npx'))(
    'start by npx through the egress proxy, and are fetched once (npx is there)',
    async () => {
      const registry = await fixtureRegistry(fixture.path);
      try {
        const { host } = new URL(registry.url);
        await service.close();
        service = openSandboxService({ egress: { allow: [host], allow_private: [host] } }, dataDir.path);
        const entry = {
          command: 'npx',
          args: ['-y', '@fixture/server', 'x'],
          env: { npm_config_registry: registry.url },
        };
        for (const start of [1, 2]) {
          await open(entry, { egress: [host] }, 'one', [host]);
          expect(await call('where'), `start ${start}`).toContain('from beside');
          await source?.close();
        }
        expect(registry.asked.filter((path) => path.endsWith('.tgz'))).toHaveLength(1);
      } finally {
        await registry.close();
      }
    },
  );

  it('keep what they write to their workspace, also over a restart', async () => {
    const entry = { command: 'node', args: [at('plain/server.mjs')] };
    await open(entry);
    expect(await call('write', { path: '/workspace/kept' })).toContain('written');
    await source?.close();
    await open(entry);
    expect(await call('read', { path: '/workspace/kept' })).toContain('written');
    expect(await readFile(join(dataDir.path, 'mcp/workspaces/one/kept'), 'utf8')).toBe('written');
  });

  it('write to the one folder that the operator names, which arguments then mean as /workspace', async () => {
    await mkdir(at('mine'));
    await open(
      { command: 'node', args: [at('plain/server.mjs'), at('mine/db'), `--in=${at('mine')}`] },
      { workspace: at('mine') },
    );
    expect(await call('where')).toMatch(/\/workspace\/db.*--in=\/workspace/);
    expect(await call('write', { path: '/workspace/db' })).toContain('written');
    expect(await readFile(at('mine/db'), 'utf8')).toBe('written');
  });

  it('are kept from a server whose name is two dots in a folder of its own', async () => {
    await open({ command: 'node', args: [at('plain/server.mjs')] }, {}, '..');
    expect(await call('write', { path: '/workspace/kept' }, '..')).toContain('written');
    expect(await readFile(join(dataDir.path, 'mcp/workspaces/%2E%2E/kept'), 'utf8')).toBe('written');
  });

  it.for([
    [
      'the root',
      () => ({ command: 'node', args: [at('plain/server.mjs'), '/'] }),
      /one names \/, and with that folder/,
    ],
    [
      'the home folder',
      () => ({ command: 'node', args: [at('plain/server.mjs'), homedir()] }),
      /Name a folder below it/,
    ],
    ['a folder above it', () => ({ command: 'node', args: ['-e', '0'], env: { ALL: '/home' } }), /names \/home/],
    ['the data directory', () => ({ command: 'node', args: ['-e', '0'], cwd: dataDir.path }), /Name a folder below it/],
    ['docker', () => ({ command: 'docker', args: ['run', '-i', 'x'] }), /started by docker, which no sandbox has/],
    [
      'npx without egress',
      () => ({ command: 'npx', args: ['-y', '@fixture/none'] }),
      /fetches @fixture\/none .*set both tools\.mcp\.servers\.one\.egress and sandbox\.egress\.allow to \[npm\]/,
    ],
    ['uvx without egress', () => ({ command: 'uvx', args: ['mcp-server-time'] }), /mcp-server-time .* to \[pypi\]/],
    [
      'a module that is missing',
      () => ({ command: 'node', args: [at('plain/broken.mjs')] }),
      /^Its program ended with exit code 1\. It said: Error \[ERR_MODULE_NOT_FOUND\]: Cannot find package 'nowhere-to-be-found'.*\.mjs$/,
    ],
    ['a program that is not there', () => ({ command: 'no-such-program', args: [] }), /exit code 127.*no-such-program/],
  ] as const)('say in one sentence why they do not start: %s', async ([, entry, expected]) => {
    expect(await problemOf(entry())).toMatch(expected);
  });

  it('do not start where their script lies right in the data directory', async () => {
    await writeFile(join(dataDir.path, 'server.mjs'), '');
    expect(await problemOf({ command: 'node', args: [join(dataDir.path, 'server.mjs')] })).toMatch(
      /lies right in .*Move it to a folder of its own/,
    );
  });
});
