import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

/** A kernel for guests. */
export interface Kernel {
  readonly image: string;
  /** Where its modules.dep is. */
  readonly modules: string;
}

/**
 * The newest of Debian's kernels for virtual machines that is installed.
 * Throws SANDBOX_UNAVAILABLE where there is none.
 */
export async function findKernel(boot = '/boot', modules = '/usr/lib/modules'): Promise<Kernel> {
  const names = (await readdir(boot).catch(() => [])).filter((name) => /^vmlinuz-.*-cloud-/.test(name));
  const newest = names.toSorted((a, b) => a.localeCompare(b, 'en', { numeric: true })).at(-1);
  if (newest !== undefined) {
    return { image: join(boot, newest), modules: join(modules, newest.replace('vmlinuz-', '')) };
  }
  throw new HoldfastError(
    'SANDBOX_UNAVAILABLE',
    'There is no kernel for virtual machines on this host. Install the Debian package linux-image-cloud-amd64 ' +
      '(linux-image-cloud-arm64), or name another kernel. Nothing was run.',
  );
}
