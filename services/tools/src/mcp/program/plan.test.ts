import { HoldfastError } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import type { Host } from './host.ts';
import { planProgram, type ProgramPlan } from './plan.ts';

/** A host of these files (folders are those above them), links and contents. */
function hostOf(
  files: readonly string[],
  more: { links?: Record<string, string>; texts?: Record<string, string> } = {},
): Host {
  const links = more.links ?? {};
  const follow = (path: string): string => links[path] ?? path;
  return {
    home: '/home/anna',
    dataDir: '/var/lib/holdfast',
    path: ['/home/anna/.local/bin'],
    kind: async (path) => {
      const real = follow(path);
      if (files.includes(real) || more.texts?.[real] !== undefined) return 'file';
      return [...files, '/tmp/x', '/home/anna/x'].some((one) => one.startsWith(`${real === '/' ? '' : real}/`))
        ? 'folder'
        : undefined;
    },
    real: async (path) => follow(path),
    read: async (path) => more.texts?.[path],
  };
}

const plan = (
  command: string,
  args: readonly string[],
  host: Host,
  more: {
    env?: Record<string, string>;
    cwd?: string;
    online?: boolean;
    hostPrograms?: boolean;
    workspace?: string;
  } = {},
): Promise<ProgramPlan> =>
  planProgram(
    { type: 'stdio', command, args, env: more.env ?? {}, cwd: more.cwd ?? '' },
    {
      server: 'one',
      workspace: more.workspace ?? '/var/lib/holdfast/mcp/workspaces/one',
      online: more.online ?? false,
      hostPrograms: more.hostPrograms ?? true,
    },
    host,
  );
const refusal = async (planned: Promise<unknown>): Promise<string> => {
  const error = await planned.catch((thrown: unknown) => thrown);
  return HoldfastError.has(error, 'FAILED_PRECONDITION') ? error.message : `no refusal: ${JSON.stringify(error)}`;
};

describe('what the program of an MCP server sees (TL-5)', () => {
  it('is nothing more where it names nothing of the host', async () => {
    const host = hostOf(['/usr/bin/python3', '/etc/hosts', '/proc/cpuinfo']);
    const planned = await plan(
      'python3',
      ['-c', '0', '/nowhere', '/etc/hosts', '--x=/proc/cpuinfo', '/usr/bin', '/tmp'],
      host,
    );
    expect(planned).toMatchObject({
      argv: ['python3', '-c', '0', '/nowhere', '/etc/hosts', '--x=/proc/cpuinfo', '/usr/bin', '/tmp'],
      places: [],
    });
  });

  it('is a Python environment, the project that it lies in, and an interpreter from elsewhere', async () => {
    const files = ['/srv/p/.venv/pyvenv.cfg', '/srv/p/.venv/bin/serve', '/opt/py/bin/python3.12', '/opt/py/lib/x'];
    const links = { '/srv/p/.venv/bin/python': '/opt/py/bin/python3.12' };
    expect((await plan('/srv/p/.venv/bin/serve', [], hostOf(files, { links }))).places).toEqual([
      '/opt/py',
      '/srv/p/.venv',
    ]);
    expect((await plan('/srv/p/.venv/bin/python', ['-m', 'x'], hostOf(files, { links }))).places).toEqual([
      '/opt/py',
      '/srv/p/.venv',
    ]);
    const project = hostOf([...files, '/srv/p/pyproject.toml'], { links });
    expect((await plan('/srv/p/.venv/bin/serve', [], project)).places).toEqual(['/opt/py', '/srv/p']);
  });

  it('is what a link leads to as well', async () => {
    const host = hostOf(['/data/notes/a', '/home/anna/notes'], { links: { '/home/anna/notes': '/data/notes' } });
    expect((await plan('node', ['-e', '0', '/home/anna/notes'], host)).places).toEqual([
      '/data/notes',
      '/home/anna/notes',
    ]);
  });

  it('is a program that only the PATH of the host leads to', async () => {
    const host = hostOf(['/home/anna/.local/bin/serve', '/usr/bin/jq']);
    expect(await plan('serve', [], host)).toMatchObject({
      argv: ['/home/anna/.local/bin/serve'],
      places: ['/home/anna/.local/bin'],
    });
    expect(await plan('jq', [], host)).toMatchObject({ argv: ['jq'], places: [] });
    expect(await plan('serve', [], host, { hostPrograms: false })).toMatchObject({ argv: ['serve'], places: [] });
  });

  it('is no folder that holds far more, with what to do instead', async () => {
    const host = hostOf([
      '/home/anna/run.js',
      '/tmp/run.js',
      '/home/user/x/a.js',
      '/var/lib/holdfast/a.js',
      '/opt/a/b',
    ]);
    for (const path of [
      '/',
      '/home',
      '/home/anna',
      '/home/anna/',
      '/home/anna/x/..',
      '/var',
      '/var/lib',
      '/var/lib/holdfast',
      '/opt',
    ]) {
      expect(await refusal(plan('node', ['-e', '0', path], host)), path).toContain(
        'Name a folder below it. Nothing was started.',
      );
    }
    expect(await refusal(plan('node', ['/home/anna/run.js'], host))).toContain('Move it to a folder of its own');
    expect(await refusal(plan('node', ['/var/lib/holdfast/a.js'], host))).toContain('Move it to a folder of its own');
    expect(await refusal(plan('node', ['/home/user/x/a.js'], host))).toContain('a home of its own at /home/user');
  });

  it('is the workspace by its name inside', async () => {
    const host = hostOf(['/srv/mine/a', '/srv/mine2/b']);
    const planned = await plan('node', ['-e', '0', '/srv/mine/a', '--db=/srv/mine', '/srv/mine2'], host, {
      workspace: '/srv/mine',
      cwd: '/srv/mine',
      env: { DB: '/srv/mine/db' },
    });
    expect(planned).toEqual({
      argv: ['node', '-e', '0', '/workspace/a', '--db=/workspace', '/srv/mine2'],
      cwd: '/workspace',
      env: { DB: '/workspace/db' },
      places: ['/srv/mine2'],
    });
  });
});

describe('commands that fetch their program (TL-5)', () => {
  const texts = {
    '/srv/p/node_modules/@a/b/package.json': '{"version":"1.2.3","bin":{"b":"dist/b.js","other":"o.sh"}}',
    '/srv/p/node_modules/bad/package.json': '{"bin":',
  };
  const host = hostOf(['/srv/p/node_modules/@a/b/dist/b.js'], { texts });

  it.for([
    ['npx', ['-y', '@a/b', 'x'], ['node', '/srv/p/node_modules/@a/b/dist/b.js', 'x']],
    ['npx', ['--yes', '@a/b@1.2.3', '-y'], ['node', '/srv/p/node_modules/@a/b/dist/b.js', '-y']],
    ['npx', ['@a/b@latest'], ['node', '/srv/p/node_modules/@a/b/dist/b.js']],
    ['npx', ['-p', '@a/b', 'other', 'x'], ['/srv/p/node_modules/@a/b/o.sh', 'x']],
    ['npm', ['exec', '--package=@a/b', '--', 'b', 'x'], ['node', '/srv/p/node_modules/@a/b/dist/b.js', 'x']],
  ] as const)('run it without a network where it is installed in the cwd: %s %j', async ([command, args, argv]) => {
    const planned = await plan(command, args, host, { cwd: '/srv/p' });
    expect(planned).toMatchObject({ argv, places: ['/srv/p'] });
  });

  it('name both keys where they may reach nothing', async () => {
    for (const args of [['@a/b@9.9.9'], ['none'], ['bad'], ['-c', 'ls'], [], ['-p'], ['../x'], ['@a/b']]) {
      const cwd = args[0] === '@a/b' ? '' : '/srv/p';
      expect(await refusal(plan('npx', args, host, { cwd })), String(args)).toContain(
        'set both tools.mcp.servers.one.egress and sandbox.egress.allow to [npm]',
      );
    }
    for (const [command, ...args] of [
      ['uvx', 'x'],
      ['pipx', 'run', 'x'],
      ['uv', 'tool', 'run', '--from', 'x', 'y'],
    ]) {
      expect(await refusal(plan(command ?? '', args, host))).toMatch(/fetches x .* to \[pypi\]/);
    }
  });

  it('keep what they fetched in the workspace', async () => {
    expect((await plan('npx', ['-y', 'none'], host, { online: true })).env).toMatchObject({
      npm_config_cache: '/workspace/.cache/npm',
    });
    const own = await plan('uvx', ['none'], host, { online: true, env: { UV_CACHE_DIR: '/workspace/mine' } });
    expect(own.env).toMatchObject({ UV_CACHE_DIR: '/workspace/mine', UV_TOOL_DIR: '/workspace/.cache/uv-tools' });
  });

  it('are refused where they are docker', async () => {
    for (const command of ['docker', '/usr/bin/podman'])
      expect(await refusal(plan(command, ['run', 'x'], host))).toContain('which no sandbox has');
  });
});
