import { createSandboxService, SandboxConfigSchema, type SandboxService, thisHost } from '@holdfast/sandbox';

import { tempDir } from './temp-dir.ts';

/**
 * A sandbox service as this machine has it, without the audit: attaching it takes seconds. `close` leaves nothing.
 *
 * @param dataDir where it keeps what it keeps; by default a folder of its own, which goes with it.
 */
export function openSandboxService(config: object = {}, dataDir?: string): SandboxService {
  const own = dataDir === undefined ? tempDir() : undefined;
  const parsed = SandboxConfigSchema.parse({
    audit: { mode: 'off' },
    levels: ['process'],
    pool: { max: 0 },
    ...config,
  });
  const service = createSandboxService(parsed, thisHost(dataDir ?? own?.path ?? ''));
  return {
    ...service,
    async close() {
      await service.close();
      own?.remove();
    },
  };
}
