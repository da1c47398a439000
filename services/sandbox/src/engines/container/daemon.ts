import { existsSync } from 'node:fs';
import { isAbsolute } from 'node:path';

import { z } from 'zod';

import type { DaemonApi } from './api.ts';

const VersionSchema = z.object({
  Version: z.string(),
  Components: z.array(z.object({ Name: z.string() })).nullish(),
});

const InfoSchema = z.object({
  Runtimes: z.record(z.string(), z.object({ path: z.string().nullish() })).nullish(),
  SecurityOptions: z.array(z.string()).nullish(),
});

/** What stands behind a socket, whatever it is called: in this the products differ. */
export interface Daemon {
  readonly version: string;
  /** Podman takes the seccomp profile as a file, and the owner of a tmpfs only for a volume. */
  readonly isPodman: boolean;
  /** gVisor: a kernel of its own for every container. */
  readonly hasGvisor: boolean;
  /** Runs without root; then this user's own number is kept inside. */
  readonly isRootless: boolean;
  /** Gives containers other user numbers than the host has. */
  readonly remapsUsers: boolean;
}

/** Asks a daemon what it is. Throws UNAVAILABLE when it does not answer. */
export async function askDaemon(api: DaemonApi): Promise<Daemon> {
  const [version, info] = await Promise.all([
    api.read({ method: 'GET', path: '/version' }, VersionSchema),
    api.read({ method: 'GET', path: '/info' }, InfoSchema),
  ]);
  const security = info.SecurityOptions ?? [];
  return {
    version: version.Version,
    isPodman: version.Components?.some(({ Name }) => Name === 'Podman Engine') ?? false,
    hasGvisor: isThere(info.Runtimes?.['runsc']),
    isRootless: security.some((option) => option.startsWith('name=rootless')),
    remapsUsers: security.some((option) => option.startsWith('name=userns')),
  };
}

/** Podman lists what it knows the names of, whether it is installed or not. */
function isThere(runtime: { readonly path?: string | null | undefined } | undefined): boolean {
  if (!runtime) return false;
  return !runtime.path || !isAbsolute(runtime.path) || existsSync(runtime.path);
}
