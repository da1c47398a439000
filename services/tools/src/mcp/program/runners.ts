import { basename, join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import type { Host } from './host.ts';

/** A command that fetches a program from a registry before it runs it. */
interface Fetching {
  /** As the entry says it: npx, uvx ... */
  readonly runner: string;
  /** The preset of sandbox.egress with its registry. */
  readonly preset: 'npm' | 'pypi';
  /** What it runs, where that can be told. */
  readonly wanted?: { readonly spec: string; readonly bin?: string; readonly rest: readonly string[] };
}

/** Where fetched programs are kept, in the workspace of the server: they need not be fetched again. */
const CACHES = {
  npm: {
    npm_config_cache: '/workspace/.cache/npm',
    npm_config_update_notifier: 'false',
    BUN_INSTALL: '/workspace/.cache/bun',
  },
  pypi: {
    UV_CACHE_DIR: '/workspace/.cache/uv',
    UV_TOOL_DIR: '/workspace/.cache/uv-tools',
    UV_PYTHON_INSTALL_DIR: '/workspace/.cache/uv-python',
    PIPX_HOME: '/workspace/.cache/pipx',
    PIP_CACHE_DIR: '/workspace/.cache/pip',
  },
} as const;

/** A command line, with what it needs of the environment. */
export interface CommandLine {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** Of whom and under which rules {@link throughRunner} asks. */
export interface RunnerWishes {
  readonly server: string;
  /** A folder in which the package may be installed; empty: none. */
  readonly cwd: string;
  /** Whether the server may reach anything at all: its own egress, and the operator's. */
  readonly online: boolean;
}

/**
 * What is really to be started where the command is npx, uvx or another that fetches programs: the package itself where
 * it is installed in the `cwd`, otherwise the command with a cache that stays.
 *
 * @throws HoldfastError FAILED_PRECONDITION for docker, and where it would have to fetch and may reach nothing.
 */
export async function throughRunner(
  argv: readonly string[],
  { server, cwd, online }: RunnerWishes,
  host: Pick<Host, 'read'>,
): Promise<CommandLine> {
  const [command = ''] = argv;
  if (/^(?:docker|podman|nerdctl)$/.test(basename(command))) {
    throw new HoldfastError(
      'FAILED_PRECONDITION',
      `The MCP server ${server} is started by ${basename(command)}, which no sandbox has: give the URL of the running container in its entry, or start its program itself, with tools.mcp.servers.${server}.level: container.`,
    );
  }
  const fetching = fetchingOf(argv);
  if (!fetching) return { argv, env: {} };
  const { runner, preset, wanted } = fetching;
  const installed = preset === 'npm' && wanted && cwd !== '' ? await installedIn(cwd, wanted, host) : undefined;
  if (installed) return { argv: installed, env: {} };
  if (online) return { argv, env: CACHES[preset] };
  const what = wanted === undefined ? 'its program' : wanted.spec;
  throw new HoldfastError(
    'FAILED_PRECONDITION',
    `The MCP server ${server} is started by ${runner}, which fetches ${what} from a registry, and its sandbox reaches nothing: set both tools.mcp.servers.${server}.egress and sandbox.egress.allow to [${preset}], or install it in a folder${preset === 'npm' ? ' and name that folder as its cwd' : ' and name its program as the command'}.`,
  );
}

/** Recognises commands that fetch. Undefined: this is none. */
export function fetchingOf([command = '', ...args]: readonly string[]): Fetching | undefined {
  const name = basename(command);
  const [first = '', second = ''] = args;
  if (name === 'npx' || name === 'bunx') return npm(name, args);
  if (name === 'npm' && (first === 'exec' || first === 'x')) return npm(`npm ${first}`, args.slice(1));
  if ((name === 'pnpm' || name === 'yarn') && first === 'dlx') return npm(`${name} dlx`, args.slice(1));
  if (name === 'uvx') return pypi(name, args);
  if (name === 'pipx' && first === 'run') return pypi('pipx run', args.slice(1));
  if (name === 'uv' && first === 'tool' && second === 'run') return pypi('uv tool run', args.slice(2));
  return undefined;
}

function npm(runner: string, args: readonly string[]): Fetching {
  const wanted = wantedOf(args);
  return { runner, preset: 'npm', ...(wanted ? { wanted } : {}) };
}

function pypi(runner: string, args: readonly string[]): Fetching {
  const from = args.indexOf('--from');
  const spec = from < 0 ? args.find((arg) => !arg.startsWith('-')) : args[from + 1];
  return { runner, preset: 'pypi', ...(spec === undefined ? {} : { wanted: { spec, rest: [] } }) };
}

function wantedOf(args: readonly string[]): Fetching['wanted'] {
  let named: string | undefined;
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '-c' || arg === '--call') return undefined;
    if (arg === '-p' || arg === '--package') {
      at += 1;
      named = args[at];
    } else if (arg.startsWith('--package=')) {
      named = arg.slice('--package='.length);
    } else if (arg === '--') {
      const [bin, ...rest] = args.slice(at + 1);
      return bin === undefined ? undefined : pick(named, bin, rest);
    } else if (!arg.startsWith('-')) {
      return pick(named, arg, args.slice(at + 1));
    }
  }
  return undefined;
}

function pick(named: string | undefined, word: string, rest: readonly string[]): Fetching['wanted'] {
  return named === undefined ? { spec: word, rest } : { spec: named, bin: word, rest };
}

const SPEC = /^(?<name>(?:@[\w.-]+\/)?[\w][\w.-]*)(?:@(?<version>.+))?$/;

async function installedIn(
  cwd: string,
  { spec, bin, rest }: NonNullable<Fetching['wanted']>,
  host: Pick<Host, 'read'>,
): Promise<readonly string[] | undefined> {
  const { name, version } = SPEC.exec(spec)?.groups ?? {};
  if (name === undefined) return undefined;
  const folder = join(cwd, 'node_modules', name);
  const manifest = parse(await host.read(join(folder, 'package.json')));
  // A tag or a range is met by what is installed; a version has to be that one.
  if (!manifest || (version !== undefined && /^\d+\.\d+\.\d+/.test(version) && version !== manifest.version))
    return undefined;
  const own = basename(name);
  const bins = typeof manifest.bin === 'string' ? { [own]: manifest.bin } : (manifest.bin ?? {});
  const all = Object.values(bins);
  const file = bins[bin ?? own] ?? (all.length === 1 ? all[0] : undefined);
  if (file === undefined) return undefined;
  const path = join(folder, file);
  return [...(/\.[cm]?js$/.test(path) ? ['node', path] : [path]), ...rest];
}

interface Manifest {
  readonly version?: string;
  readonly bin?: string | Readonly<Record<string, string>>;
}

function parse(text: string | undefined): Manifest | undefined {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as Manifest;
  } catch {
    // As good as not installed: the runner says what is wrong with it.
    return undefined;
  }
}
