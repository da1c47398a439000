import { randomUUID } from 'node:crypto';

import type { SandboxServiceDeps } from '../service.ts';

/** What the service takes from the outside, as this machine has it. */
export function thisHost(): SandboxServiceDeps {
  return {
    newId: randomUUID,
    now: () => performance.now(),
    random: Math.random,
    platform: {
      os: process.platform,
      arch: process.arch,
      uid: process.getuid?.() ?? -1,
      gid: process.getgid?.() ?? -1,
    },
  };
}
