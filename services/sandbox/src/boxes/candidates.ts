import { hostname } from 'node:os';
import { join } from 'node:path';

import { HoldfastError, sandboxpb } from '@holdfast/protocol';

import type { SandboxConfig } from '../config.ts';
import { createBubblewrapEngine } from '../engines/bubblewrap/engine.ts';
import { createDockerEngine } from '../engines/container/docker.ts';
import { createPodmanEngine } from '../engines/container/podman.ts';
import { createE2bEngine } from '../engines/e2b/engine.ts';
import type { Engine } from '../engines/engine.ts';
import { firecrackerEngine } from '../engines/firecracker/engine.ts';
import { createNamespacesEngine } from '../engines/namespaces/engine.ts';
import { createNsjailEngine } from '../engines/nsjail/engine.ts';
import { qemuEngine } from '../engines/qemu/engine.ts';
import type { Candidate } from '../engines/select.ts';
import { createUnisolatedEngine } from '../engines/unisolated/engine.ts';
import { findProgram } from '../host/find-program.ts';
import { instructions } from '../host/instructions.ts';

/** The machine, as engines need to know it. */
export interface EnginePlatform {
  readonly os: NodeJS.Platform;
  readonly arch: string;
  readonly uid: number;
  readonly gid: number;
  /** What engines keep on disk goes below it. */
  readonly folder: string;
  /** Names this service among others that use the same daemon. */
  readonly instance: string;
  readonly env: Readonly<NodeJS.ProcessEnv>;
  /** Monotonic milliseconds. */
  readonly now: () => number;
  /** Told what takes long, one sentence each. */
  readonly progress: (line: string) => void;
}

/** The levels by their words in the configuration. */
export const LEVELS = {
  process: sandboxpb.Level.PROCESS,
  container: sandboxpb.Level.CONTAINER,
  microvm: sandboxpb.Level.MICROVM,
} as const satisfies Record<SandboxConfig['level'], sandboxpb.Level>;

/** The engines that the configuration allows, the best of each level first. */
export function candidates(config: SandboxConfig, platform: EnginePlatform): readonly Candidate[] {
  const { Level } = sandboxpb;
  const host = { os: platform.os, arch: platform.arch, isRoot: platform.uid === 0 };
  const daemonOf = (name: string) => ({
    instance: platform.instance,
    env: platform.env,
    arch: platform.arch,
    folder: join(platform.folder, name),
  });
  const isolating: readonly Candidate[] = [
    {
      name: 'nsjail',
      level: Level.PROCESS,
      make: () => createNsjailEngine({ ...host, uid: platform.uid, gid: platform.gid }),
    },
    { name: 'bubblewrap', level: Level.PROCESS, make: () => createBubblewrapEngine(host) },
    { name: 'namespaces', level: Level.PROCESS, make: () => createNamespacesEngine(host) },
    { name: 'docker', level: Level.CONTAINER, make: async () => createDockerEngine(daemonOf('docker')) },
    { name: 'podman', level: Level.CONTAINER, make: async () => createPodmanEngine(daemonOf('podman')) },
    { name: 'firecracker', level: Level.MICROVM, make: () => makeFirecracker(config.firecracker, platform) },
    {
      name: 'qemu',
      level: Level.MICROVM,
      make: async () => {
        const { folder, arch, progress } = platform;
        return qemuEngine({ folder: join(folder, 'qemu'), arch, onProgress: progress });
      },
    },
    ...e2bOf(config, platform),
  ];
  const possible = isolating.map((candidate) =>
    platform.os === 'linux' ? candidate : notHere(candidate, platform.os),
  );
  const only = isolating.find(({ name }) => name === config.engine);
  const wanted = possible
    .filter(({ level }) => config.levels.some((word) => LEVELS[word] === level))
    .filter(({ name, level }) => only === undefined || name === only.name || level !== only.level);
  const unisolated: Candidate = {
    name: 'unisolated',
    level: Level.UNISOLATED,
    make: async () => createUnisolatedEngine(platform),
  };
  return config.allow_unisolated ? [...wanted, unisolated] : wanted;
}

/** Every engine of ours needs Linux, but E2B's, which is elsewhere. */
function notHere(candidate: Candidate, os: NodeJS.Platform): Candidate {
  if (candidate.name === 'e2b') return candidate;
  return { ...candidate, make: () => Promise.reject(new HoldfastError('SANDBOX_UNAVAILABLE', instructions(os))) };
}

async function makeFirecracker(
  { kernel, modules }: SandboxConfig['firecracker'],
  { folder, arch }: EnginePlatform,
): Promise<Engine> {
  const [firecracker, jailer] = await Promise.all(['firecracker', 'jailer'].map((name) => findProgram(name)));
  if (firecracker === undefined || kernel === '' || modules === '') {
    throw new HoldfastError(
      'SANDBOX_UNAVAILABLE',
      'Firecracker needs its program on PATH, and an uncompressed kernel with its modules (sandbox.firecracker.kernel, ' +
        '.modules), on a host whose KVM works. The engine qemu needs only packages of Debian. Nothing was run.',
    );
  }
  return firecrackerEngine({
    folder: join(folder, 'firecracker'),
    firecracker,
    arch,
    kernel: { image: kernel, modules },
    ...(jailer === undefined ? {} : { jailer }),
  });
}

/** Only where somebody wants it: every sandbox of it costs, and lies elsewhere. */
function e2bOf({ engine, e2b }: SandboxConfig, platform: EnginePlatform): readonly Candidate[] {
  if (engine !== 'e2b') return [];
  const { env, now } = platform;
  // Others with the same key are on other machines.
  const instance = `${hostname()}-${platform.instance}`;
  const apiKey = e2b.api_key === '' ? (env['E2B_API_KEY'] ?? '') : e2b.api_key;
  const { url, sandbox_url: sandboxUrl, template } = e2b;
  return [
    {
      name: 'e2b',
      level: sandboxpb.Level.MICROVM,
      make: async () => createE2bEngine({ url, sandboxUrl, apiKey, template, instance, now }),
    },
  ];
}
