import { sandboxpb } from '@holdfast/protocol';

import type { SandboxConfig } from '../config.ts';
import { createBubblewrapEngine } from '../engines/bubblewrap/engine.ts';
import { createNamespacesEngine } from '../engines/namespaces/engine.ts';
import type { Candidate } from '../engines/select.ts';
import { createUnisolatedEngine } from '../engines/unisolated/engine.ts';

/** The machine, as engines need to know it. */
export interface EnginePlatform {
  readonly os: NodeJS.Platform;
  readonly arch: string;
  readonly uid: number;
  readonly gid: number;
}

/** The engines that the configuration allows, the best of each level first. */
export function candidates(config: SandboxConfig, platform: EnginePlatform): readonly Candidate[] {
  const { Level } = sandboxpb;
  const host = { os: platform.os, arch: platform.arch, isRoot: platform.uid === 0 };
  const isolating: readonly Candidate[] = [
    { name: 'bubblewrap', level: Level.PROCESS, make: () => createBubblewrapEngine(host) },
    { name: 'namespaces', level: Level.PROCESS, make: () => createNamespacesEngine(host) },
  ];
  const only = isolating.find(({ name }) => name === config.engine);
  const wanted = only ? isolating.filter(({ name, level }) => name === only.name || level !== only.level) : isolating;
  const unisolated: Candidate = {
    name: 'unisolated',
    level: Level.UNISOLATED,
    make: async () => createUnisolatedEngine(platform),
  };
  return config.allow_unisolated ? [...wanted, unisolated] : wanted;
}
