import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import { AGENT_INSIDE } from './agent/binary.ts';
import type { Box, BoxLimits, BoxOwners, Engine } from './engines/engine.ts';
import { capture } from './execute/capture.ts';

/** What a trial needs of the service. */
export interface ProbeDeps {
  /** A name for the box. */
  readonly newId: () => string;
  /** Users for one box; `release` takes them back. */
  readonly owners: { take(): Promise<BoxOwners>; release(owners: BoxOwners): void };
  readonly limits: BoxLimits;
  readonly env: Readonly<Record<string, string>>;
  readonly now: () => number;
  /** What the engine's boxes are made of where they are not made of the host's programs: any image, also an empty one. */
  readonly imageOf: (engine: Engine) => Promise<string | undefined>;
  /** A folder where trials may make a folder of their own. */
  readonly tempDir?: string;
}

/**
 * Makes a box, runs a command in it and times both; then, where the engine promises isolation, looks from the inside
 * whether it holds: no file of the host beside the system's programs, no network interface but lo, no privileges.
 * Throws SANDBOX_UNAVAILABLE with what was found.
 */
export async function tryEngine(engine: Engine, deps: ProbeDeps): Promise<{ startMs: number }> {
  const owners = await deps.owners.take();
  try {
    const image = await deps.imageOf(engine);
    const began = deps.now();
    const box = await engine.create({
      id: deps.newId(),
      inputs: [],
      owners,
      limits: deps.limits,
      ...(image === undefined ? {} : { image }),
    });
    try {
      // By the agent's own applets: the image need hold nothing.
      const first = await capture(box.agent, [box.agentInside ?? AGENT_INSIDE, 'stat', '/'], deps.env);
      if (first.exitCode !== 0) {
        throw broken(engine, `a command ended with exit code ${first.exitCode}. ${first.stderr}`);
      }
      const startMs = deps.now() - began;
      if (engine.level !== sandboxpb.Level.UNISOLATED) await assertIsolated(engine, box, deps);
      return { startMs };
    } finally {
      await box.destroy();
    }
  } finally {
    deps.owners.release(owners);
  }
}

async function assertIsolated(engine: Engine, box: Box, deps: ProbeDeps): Promise<void> {
  const outside = await mkdtemp(join(deps.tempDir ?? tmpdir(), 'holdfast-canary-'));
  const secret = randomUUID();
  try {
    const canary = join(outside, 'canary');
    await writeFile(canary, secret);
    const seen = await Promise.all(
      ['/proc/self/status', '/proc/net/dev', canary].map((file) =>
        capture(box.agent, [box.agentInside ?? AGENT_INSIDE, 'read', file], deps.env),
      ),
    );
    const leak = findLeak(seen.map(({ stdout }) => stdout).join(''), secret);
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

function broken(engine: Engine, what: string): HoldfastError {
  return new HoldfastError('SANDBOX_UNAVAILABLE', `${engine.name} does not isolate here: ${what.trim()}`);
}
