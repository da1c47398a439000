import { basename, dirname, join, resolve } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import type { Host } from './host.ts';

/** A path of the host that a command line names, and whether it is a program: then what lies around it is needed too. */
export interface Named {
  readonly path: string;
  readonly program: boolean;
}

/** The sandbox has the host's own there, or something of its own. */
const THERE = '/usr /bin /sbin /lib /lib32 /lib64 /libx32 /etc /boot /dev /proc /sys /run /workspace /input /.holdfast';
const THERE_ALREADY = THERE.split(' ');
/** Folders that many share: what lies right in them brings all of them. */
const SHARED = ['/', '/home', '/media', '/mnt', '/opt', '/root', '/srv', '/tmp', '/var', '/var/lib', '/var/tmp'];
/** The home folder of every sandbox. */
const INSIDE_HOME = '/home/user';
const INTERPRETER = /^(?:node|nodejs|deno|bun|tsx|ts-node|python[\d.]*|ruby|perl|php|java|sh|bash)$/;

/** The paths that a command line, its environment and its folder name: absolute ones, also after `--flag=`. */
export async function namedPaths(
  { argv, env, cwd }: { argv: readonly string[]; env: Readonly<Record<string, string>>; cwd: string },
  host: Pick<Host, 'kind'>,
): Promise<readonly Named[]> {
  const [command = '', ...args] = argv;
  const named: Named[] = [];
  let scriptToCome = INTERPRETER.test(basename(command));
  const add = async (text: string, script: boolean): Promise<boolean> => {
    if (!text.startsWith('/')) return false;
    const path = resolve(text);
    const kind = await host.kind(path);
    if (kind === undefined) return false;
    const program = script && kind === 'file';
    named.push({ path, program });
    return program;
  };
  await add(command, true);
  for (const arg of args) {
    const flag = arg.startsWith('-');
    const value = flag ? arg.slice(arg.indexOf('=') + 1) : arg;
    if (await add(value, scriptToCome && !flag)) scriptToCome = false;
  }
  for (const value of Object.values(env)) {
    for (const part of value.startsWith('/') ? value.split(':') : []) await add(part, false);
  }
  await add(cwd, false);
  return named;
}

/**
 * What has to be seen for it, as few folders as will do, each at its own path: of a program in node_modules all of that
 * folder, of one in a project or a Python environment all of that, of another its folder; of anything else just that.
 * What links lead to comes too.
 *
 * @throws HoldfastError FAILED_PRECONDITION where that would show the root, the home folder or the data directory.
 */
export async function placesFor(server: string, named: readonly Named[], host: Host): Promise<readonly string[]> {
  const places = new Set<string>();
  for (const { path, program } of named) {
    for (const one of new Set([path, await host.real(path)])) {
      if (isThere(one)) continue;
      const around = program ? await aroundProgram(one, host) : [one];
      for (const place of around) {
        if (isThere(place) || place === '/tmp') continue;
        assertNarrow(server, one, place, host);
        places.add(place);
      }
    }
  }
  const sorted = [...places].sort();
  return sorted.filter((place) => !sorted.some((other) => other !== place && isWithin(place, other)));
}

async function aroundProgram(path: string, host: Host): Promise<readonly string[]> {
  const modules = path.indexOf('/node_modules/');
  if (modules >= 0) return [path.slice(0, modules + '/node_modules'.length)];
  // The library of an interpreter lies beside its bin.
  if (/\/bin\/python[\d.]*$/.test(path) && !(await isVenv(dirname(dirname(path)), host)))
    return [dirname(dirname(path))];
  for (let folder = dirname(path); !isTooWide(folder, host); folder = dirname(folder)) {
    if (await isVenv(folder, host)) return aroundVenv(folder, host);
    for (const manifest of ['package.json', 'pyproject.toml']) {
      if ((await host.kind(join(folder, manifest))) === 'file') return [folder];
    }
  }
  return [dirname(path)];
}

/** An environment belongs to the project that it lies in, and its interpreter may lie anywhere. */
async function aroundVenv(venv: string, host: Host): Promise<readonly string[]> {
  const project = dirname(venv);
  const own = (await host.kind(join(project, 'pyproject.toml'))) === 'file' && !isTooWide(project, host);
  const python = join(venv, 'bin', 'python');
  const real = (await host.kind(python)) === 'file' ? await host.real(python) : python;
  const interpreter = isWithin(real, venv) || isThere(real) ? [] : [dirname(dirname(real))];
  return [own ? project : venv, ...interpreter];
}

async function isVenv(folder: string, host: Host): Promise<boolean> {
  return (await host.kind(join(folder, 'pyvenv.cfg'))) === 'file';
}

function assertNarrow(server: string, path: string, place: string, host: Host): void {
  if (isWithin(place, INSIDE_HOME)) {
    throw refused(server, `names ${path}, but a sandbox has a home of its own at ${INSIDE_HOME}. Move it elsewhere`);
  }
  if (!isTooWide(place, host)) return;
  throw refused(
    server,
    path === place
      ? `names ${place}, and with that folder its sandbox would see far more than it needs. Name a folder below it`
      : `has a program that lies right in ${place}, and its sandbox would see all of that folder. Move it to a folder of its own`,
  );
}

/** Whether somebody's home, the platform's data or half the system lies in it. */
function isTooWide(folder: string, { home, dataDir }: Pick<Host, 'home' | 'dataDir'>): boolean {
  return SHARED.includes(folder) || isWithin(home, folder) || isWithin(dataDir, folder);
}

function refused(server: string, why: string): HoldfastError {
  return new HoldfastError('FAILED_PRECONDITION', `The MCP server ${server} ${why}. Nothing was started.`);
}

function isThere(path: string): boolean {
  return THERE_ALREADY.some((folder) => isWithin(path, folder));
}

/** Whether a path is a folder or lies in it. */
export function isWithin(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}
