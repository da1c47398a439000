import { existsSync } from 'node:fs';
import { mkdir, readdir, rmdir } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError } from '@holdfast/protocol';

import type { Branch } from './branch.ts';
import { disksOf, ownDisks } from './disks.ts';
import type { Cgroups, Quotas } from './driver.ts';
import { errnoOf, setKernel, unless } from './files.ts';
import { openGroup } from './group.ts';

/** The driver over the branches that the host has. One parent group in each. */
export async function openParent(kind: string, branches: readonly Branch[]): Promise<Cgroups> {
  const own = new Set<string>();
  const machineDisks = await ownDisks();

  const make = async (id: string, quotas: Quotas): Promise<void> => {
    const disks = new Set([...machineDisks, ...(await disksOf(quotas.diskFolders ?? []))]);
    // All are waited for, also when one fails: what is made must be there before it can be removed.
    const made = await Promise.allSettled(
      branches.map(async (branch) => {
        const folder = await makeBelow(branch, id);
        for (const { file, value, optional } of branch.settings(quotas, [...disks])) {
          const path = join(folder, file);
          if (!optional || existsSync(path)) setKernel(path, value);
        }
      }),
    );
    const failed = made.find((result) => result.status === 'rejected');
    if (failed) throw failed.reason;
  };

  const unified = branches.find(({ isUnified }) => isUnified)?.parent;
  return {
    kind,
    ...(unified === undefined ? {} : { unifiedParent: unified }),
    async create(id, quotas) {
      assertName(id);
      if (own.has(id)) throw new HoldfastError('ALREADY_EXISTS', `There is a control group ${id} already. It is kept.`);
      assertDisksAreHeld(quotas, branches);
      own.add(id);
      try {
        await make(id, quotas);
        const group = await openGroup(id, branches);
        const remove = async (): Promise<void> => {
          await group.remove();
          own.delete(id);
        };
        return { ...group, remove };
      } catch (error) {
        // First, so that a later reap finds what cannot be removed now.
        own.delete(id);
        await (await openGroup(id, branches)).remove();
        throw new HoldfastError(
          'SANDBOX_UNAVAILABLE',
          `The control group of the sandbox ${id} could not be made with its quotas (${errnoOf(error) || 'unknown error'}). Nothing was started and nothing is left of it.`,
          { cause: error },
        );
      }
    },
    async reap(keep = new Set()) {
      const left = new Set<string>();
      for (const { parent } of branches) for (const id of await groupsIn(parent)) left.add(id);
      const reaped = [...left].filter((id) => !keep.has(id) && !own.has(id));
      await Promise.all(reaped.map(async (id) => (await openGroup(id, branches)).remove()));
      for (const { parent } of branches) await unless(['ENOENT', 'EBUSY', 'ENOTEMPTY'], rmdir(parent), undefined);
      return reaped;
    },
  };
}

/** Throws INVALID_ARGUMENT for what cannot be the name of a group. It becomes a folder in the kernel's file system. */
export function assertName(name: string): void {
  if (/^[a-z0-9][a-z0-9-]{0,63}$/.test(name)) return;
  throw new HoldfastError(
    'INVALID_ARGUMENT',
    `"${name}" cannot be the name of a control group: small letters, digits and hyphens, at most 64. Nothing was made.`,
  );
}

/** The parent may have been removed when it was empty. */
async function makeBelow(branch: Branch, id: string): Promise<string> {
  const folder = join(branch.parent, id);
  try {
    await mkdir(folder);
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
    await branch.prepare();
    await mkdir(folder);
  }
  return folder;
}

async function groupsIn(parent: string): Promise<string[]> {
  const entries = await unless(['ENOENT'], readdir(parent, { withFileTypes: true }), []);
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function assertDisksAreHeld(quotas: Quotas, branches: readonly Branch[]): void {
  const asked = [quotas.diskReadIops, quotas.diskWriteIops, quotas.diskBytesPerS].some((limit) => limit !== undefined);
  if (!asked || branches.some(({ holdsDisks }) => holdsDisks)) return;
  throw new HoldfastError(
    'SANDBOX_UNAVAILABLE',
    'Limits of disk operations were asked for, but this host has no controller that holds them (blkio of cgroup v1, io of cgroup v2). Leave them out, or enable the controller. Nothing was started.',
  );
}
