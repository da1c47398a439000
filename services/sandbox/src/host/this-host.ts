import { randomBytes, randomUUID } from 'node:crypto';

import { systemClock } from '@holdfast/telemetry';

import type { SandboxServiceDeps } from '../service.ts';

/** What the service takes from the outside, as this machine has it. What it keeps on disk goes to `dataDir`. */
export function thisHost(dataDir: string): SandboxServiceDeps {
  return {
    dataDir,
    newId: randomUUID,
    newToken: () => randomBytes(24).toString('hex'),
    clock: systemClock,
    randomBytes,
    random: Math.random,
    platform: {
      os: process.platform,
      arch: process.arch,
      uid: process.getuid?.() ?? -1,
      gid: process.getgid?.() ?? -1,
    },
    env: process.env,
    observer: {},
  };
}
