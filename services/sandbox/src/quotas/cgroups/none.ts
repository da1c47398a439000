import { HoldfastError } from '@holdfast/protocol';

import type { Cgroups } from './driver.ts';

/** The driver where there are no control groups to be had. It says why; it never pretends to hold a quota. */
export function noCgroups(why: string): Cgroups {
  return {
    kind: 'none',
    why,
    create: () =>
      Promise.reject(
        new HoldfastError(
          'SANDBOX_UNAVAILABLE',
          `The quotas of the sandbox cannot be held on this host. ${why} Nothing was started.`,
        ),
      ),
    reap: () => Promise.resolve([]),
  };
}
