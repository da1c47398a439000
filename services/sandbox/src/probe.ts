import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import type { Cage, Engine } from './engines/command-engine.ts';
import { runCommand } from './execute/run-command.ts';
import type { WorkspaceOwners } from './host/workspace-owner.ts';
import type { CageLimits } from './limits.ts';

/** What a trial needs of the service. */
export interface ProbeDeps {
  readonly owners: WorkspaceOwners;
  readonly limits: CageLimits;
  readonly env: Readonly<Record<string, string>>;
  readonly now: () => number;
  /** A folder where trials may make a folder of their own. */
  readonly tempDir?: string;
}

/**
 * Runs `true` and times it; then, where the engine promises isolation, looks from the inside whether it holds: no file
 * of the host beside the system's programs, no network interface but lo, no privileges.
 * Throws SANDBOX_UNAVAILABLE with what was found.
 */
export async function tryEngine(engine: Engine, deps: ProbeDeps): Promise<{ startMs: number }> {
  const folder = await mkdtemp(join(deps.tempDir ?? tmpdir(), 'holdfast-probe-'));
  try {
    const owner = await deps.owners.adopt(folder);
    try {
      const cage: Cage = { workspace: folder, inputs: [], ...owner, limits: deps.limits };
      const first = await capture(engine, cage, deps, ['true']);
      if (first.exited.exitCode !== 0) {
        throw broken(engine, `\`true\` ended with exit code ${first.exited.exitCode}. ${first.stderr}`);
      }
      if (engine.level !== sandboxpb.Level.UNISOLATED) await assertIsolated(engine, cage, deps);
      return { startMs: first.exited.durationMs };
    } finally {
      deps.owners.release(owner);
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function assertIsolated(engine: Engine, cage: Cage, deps: ProbeDeps): Promise<void> {
  const outside = await mkdtemp(join(deps.tempDir ?? tmpdir(), 'holdfast-canary-'));
  const secret = randomUUID();
  try {
    const canary = join(outside, 'canary');
    await writeFile(canary, secret);
    const { stdout } = await capture(engine, cage, deps, ['cat', '/proc/self/status', '/proc/net/dev', canary]);
    const leak = findLeak(stdout, secret);
    if (leak !== undefined) throw broken(engine, leak);
  } finally {
    await rm(outside, { recursive: true, force: true });
  }
}

/** What does not hold, read from /proc/self/status and /proc/net/dev of the inside; undefined when all holds. */
export function findLeak(seen: string, secret: string): string | undefined {
  const field = (name: string): string => new RegExp(`^${name}:\\s*(.*)$`, 'm').exec(seen)?.[1]?.trim() ?? '';
  const interfaces = [...seen.matchAll(/^\s*([\w.@-]+):(?:\s+\d+){16}/gm)].map((match) => match[1]);
  if (seen.includes(secret)) return 'a file of the host could be read from the inside.';
  if (!/^[1-9]\d*\s/.test(field('Uid'))) return `commands run as uid "${field('Uid')}".`;
  if (!/^0+$/.test(field('CapEff'))) return `commands have capabilities (${field('CapEff')}).`;
  if (field('NoNewPrivs') !== '1') return 'commands could gain privileges (NoNewPrivs is not set).';
  if (interfaces.some((name) => name !== 'lo')) return `commands see the network (${interfaces.join(', ')}).`;
  return undefined;
}

async function capture(engine: Engine, cage: Cage, deps: ProbeDeps, argv: [string, ...string[]]) {
  const started = await engine.start(cage, { argv, env: deps.env, cwd: '/workspace' });
  const output = { stdout: '', stderr: '' };
  const never = new AbortController().signal;
  const run = { stdin: new Uint8Array(), wallMs: cage.limits.wallMs, signal: never, now: deps.now };
  for await (const { event } of runCommand(started, run)) {
    if (event.case === 'exited') return { ...output, exited: event.value };
    if (event.case !== undefined) output[event.case] += Buffer.from(event.value).toString('utf8');
  }
  throw new HoldfastError('INTERNAL', `The engine ${engine.name} ended a command without saying how.`);
}

function broken(engine: Engine, what: string): HoldfastError {
  return new HoldfastError('SANDBOX_UNAVAILABLE', `${engine.name} does not isolate here: ${what.trim()}`);
}
