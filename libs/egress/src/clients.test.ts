import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { RequestListener } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { describe, expect, it, type TestContext } from 'vitest';

import { PUBLIC, rules, run, startHttp, startWorld } from './testing.ts';

/** Serves the files of a folder. */
function filesOf(folder: string): RequestListener {
  return (request, response) => {
    const file = join(folder, (request.url ?? '').split('?')[0] ?? '');
    createReadStream(file)
      .on('error', () => response.writeHead(404).end())
      .pipe(response);
  };
}

async function needs(ctx: TestContext, command: string): Promise<void> {
  const found = await run(command, ['--version']);
  if (found.code !== 0) ctx.skip(`${command} is not installed`);
}

describe('what people run through the egress proxy (SB-3)', () => {
  it('apt reads a repository by the preset debian, with requests that do not wait for answers', async (ctx) => {
    await needs(ctx, 'apt-get');
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-egress-'));
    const site = join(folder, 'site');
    await mkdir(join(site, 'debian'), { recursive: true });
    const packages = Array.from({ length: 40 }, (_, at) => `pkg-${at}`);
    const record = (name: string) =>
      `Package: ${name}\nVersion: 1\nArchitecture: all\nMaintainer: x <x@x>\nFilename: ./${name}.deb\nSize: 4\nSHA256: 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08\nDescription: x\n`;
    await writeFile(join(site, 'debian/Packages'), packages.map(record).join('\n'));
    for (const name of packages) await writeFile(join(site, `debian/${name}.deb`), 'test');
    const etc = join(folder, 'etc');
    const state = join(folder, 'state');
    for (const part of [
      etc,
      join(etc, 'none'),
      join(state, 'lists/partial'),
      join(folder, 'cache/archives/partial'),
      join(folder, 'got'),
    ]) {
      await mkdir(part, { recursive: true });
    }
    await writeFile(join(etc, 'sources.list'), 'deb [trusted=yes] http://deb.debian.org/debian ./\n');
    await writeFile(join(state, 'status'), '');
    await using server = await startHttp(filesOf(site));
    await using world = await startWorld({
      rules: rules(['debian']),
      names: { 'deb.debian.org': [PUBLIC] },
      ports: { 80: server.port },
    });
    const settings = {
      'Dir::Etc::SourceList': join(etc, 'sources.list'),
      'Dir::Etc::SourceParts': join(etc, 'none'),
      'Dir::Etc::Parts': join(etc, 'none'),
      'Dir::State': state,
      'Dir::State::Status': join(state, 'status'),
      'Dir::Cache': join(folder, 'cache'),
      'Acquire::http::Proxy': world.url,
      'APT::Sandbox::User': '',
    };
    const options = Object.entries(settings).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
    const update = await run('apt-get', [...options, 'update']);
    expect(update, update.stderr).toMatchObject({ code: 0 });
    const download = await run('sh', [
      '-c',
      'cd "$0" && exec apt-get "$@"',
      join(folder, 'got'),
      ...options,
      'download',
      ...packages,
    ]);
    expect(download, download.stderr).toMatchObject({ code: 0 });
    expect(packages.filter((name) => !existsSync(join(folder, 'got', `${name}_1_all.deb`)))).toEqual([]);
    expect(world.context.counters().connectionsTotal).toBeLessThan(6);
    expect(new Set(world.records.map(({ host, rule }) => `${host} ${rule}`))).toEqual(
      new Set(['deb.debian.org debian']),
    );
    await rm(folder, { recursive: true });
  });

  it('git clones by the preset github', async (ctx) => {
    await needs(ctx, 'git');
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-egress-'));
    const env = { HOME: folder, GIT_CONFIG_NOSYSTEM: '1' };
    const bare = join(folder, 'site/some/repo.git');
    const script = `git init -q work && cd work && echo hello > file && git add file && git -c user.name=x -c user.email=x@x commit -qm x && git clone -q --bare . "$0" && cd "$0" && git update-server-info`;
    expect(await run('sh', ['-c', `cd "${folder}" && ${script}`, bare], env)).toMatchObject({ code: 0 });
    await using server = await startHttp(filesOf(join(folder, 'site')));
    await using world = await startWorld({
      rules: rules(['github']),
      names: { 'github.com': [PUBLIC] },
      ports: { 80: server.port },
    });
    const clone = (url: string) =>
      run('git', ['clone', '-q', url, join(folder, 'clone')], { ...env, http_proxy: world.url });
    expect(await clone('http://github.com/some/repo.git')).toMatchObject({ code: 0 });
    expect(existsSync(join(folder, 'clone/file'))).toBe(true);
    const refused = await clone('http://gitlab.test/some/repo.git');
    expect(refused.code).not.toBe(0);
    expect(world.resolved.every((name) => name === 'github.com')).toBe(true);
    await rm(folder, { recursive: true });
  });
});
