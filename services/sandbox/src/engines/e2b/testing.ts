import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { SandboxConfigSchema } from '../../config.ts';
import { createE2bHandler } from '../../e2b/handler.ts';
import { thisHost } from '../../host/this-host.ts';
import { newSandboxId } from '../../sandboxes/ids.ts';
import type { Sandboxes } from '../../sandboxes/sandboxes.ts';
import { createSandboxService } from '../../service.ts';

const MIB = 1024 * 1024;

/** A Holdfast on loopback that serves E2B's API with real boxes. */
export interface E2bTestService {
  readonly url: string;
  readonly apiKey: string;
  /** What there is in it. */
  readonly sandboxes: Sandboxes;
  stop(): Promise<void>;
}

/** Starts one. */
export async function startE2bTestService(): Promise<E2bTestService> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-e2b-'));
  const apiKey = `e2b_${randomBytes(20).toString('hex')}`;
  const config = SandboxConfigSchema.parse({
    max_lifetime_s: 3600,
    limits: { disk_bytes: 64 * MIB, total_memory_bytes: 512 * MIB },
    audit: { mode: 'off' },
    pool: { max: 0 },
  });
  const service = createSandboxService(config, thisHost(folder));
  const sandboxes = await service.sandboxes();
  const handler = createE2bHandler({
    sandboxes,
    authenticate: async (key) => (key === apiKey ? { tenant: 'test' } : undefined),
    prefix: '',
    domain: 'sandbox.example',
    newId: () => newSandboxId(randomBytes),
    now: Date.now,
    onError: (error) => console.error(error),
  });
  const server = createServer(handler.request);
  server.on('upgrade', handler.upgrade);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    apiKey,
    sandboxes,
    async stop() {
      await service.close();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      await rm(folder, { recursive: true, force: true });
    },
  };
}
