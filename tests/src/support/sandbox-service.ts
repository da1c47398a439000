import { createSandboxService, SandboxConfigSchema, type SandboxService, thisHost } from '@holdfast/sandbox';

import { tempDir } from './temp-dir.ts';

/** A sandbox service as this machine has it, without the audit: attaching it takes seconds. `close` leaves nothing. */
export function openSandboxService(config: object = {}): SandboxService {
  const dir = tempDir();
  const parsed = SandboxConfigSchema.parse({
    audit: { mode: 'off' },
    levels: ['process'],
    pool: { max: 0 },
    ...config,
  });
  const service = createSandboxService(parsed, thisHost(dir.path));
  return {
    ...service,
    async close() {
      await service.close();
      dir.remove();
    },
  };
}
