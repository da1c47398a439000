import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import {
  createE2bHandler,
  createSandboxService,
  newSandboxId,
  SandboxConfigSchema,
  type Sandboxes,
  thisHost,
} from '@holdfast/sandbox';
import { systemClock } from '@holdfast/telemetry';

import { tempDir } from '../../support/temp-dir.ts';

/** What the SDKs are told, with a path before it, as where the gateway has it. */
const PREFIX = '/e2b';
const API_KEY = `e2b_${'0'.repeat(40)}`;
const OTHER_KEY = `e2b_${'1'.repeat(40)}`;
const TENANTS = new Map([
  [API_KEY, 'one'],
  [OTHER_KEY, 'other'],
]);
/** What one sandbox may send and receive. */
export const EGRESS_BYTES = 8 * 1024 * 1024;
const LIMITS = {
  disk_bytes: 64 * 1024 * 1024,
  total_memory_bytes: 256 * 1024 * 1024,
  egress_bytes: EGRESS_BYTES,
};
/** Of ports of sandboxes. Nothing resolves it: tests name it in the Host header. */
const DOMAIN = 'sandbox.example';

/** What the operator lets sandboxes reach. */
export interface Egress {
  readonly allow?: string[];
  readonly allow_private?: string[];
}

/** A sandbox service that the SDKs can talk with. */
export interface E2bService {
  /** For the environment of an SDK. */
  readonly env: Readonly<Record<'E2B_API_KEY' | 'E2B_API_URL' | 'E2B_SANDBOX_URL', string>>;
  readonly otherApiKey: string;
  readonly domain: string;
  readonly port: number;
  readonly sandboxes: Sandboxes;
  /** Defects that came up; a test may look that there are none. */
  readonly errors: readonly unknown[];
  stop(): Promise<void>;
}

/** Starts one on loopback, with real boxes. */
export async function startE2bService(egress: Egress = {}): Promise<E2bService> {
  const folder = tempDir();
  const errors: unknown[] = [];
  const onError = (error: unknown): void => {
    errors.push(error);
  };
  const newId = () => newSandboxId(randomBytes);
  const service = createSandboxService(
    SandboxConfigSchema.parse({ max_lifetime_s: 3600, limits: LIMITS, audit: { mode: 'off' }, egress }),
    { ...thisHost(folder.path), observer: { problem: onError } },
  );
  const sandboxes = await service.sandboxes();
  const handler = createE2bHandler({
    sandboxes,
    authenticate: async (key) => {
      const tenant = TENANTS.get(key);
      return tenant === undefined ? undefined : { tenant };
    },
    prefix: PREFIX,
    domain: DOMAIN,
    newId,
    now: systemClock.now,
    onError,
  });
  const server = createServer(handler.request);
  server.on('upgrade', handler.upgrade);
  const port = await listen(server);
  const url = `http://127.0.0.1:${port}${PREFIX}`;
  return {
    env: { E2B_API_KEY: API_KEY, E2B_API_URL: url, E2B_SANDBOX_URL: url },
    otherApiKey: OTHER_KEY,
    domain: DOMAIN,
    port,
    sandboxes,
    errors,
    stop: async () => {
      await service.close();
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
      folder.remove();
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}
