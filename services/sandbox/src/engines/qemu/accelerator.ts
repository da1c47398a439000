import { constants } from 'node:fs';
import { access, readFile, writeFile } from 'node:fs/promises';
import { release } from 'node:os';
import { join } from 'node:path';

import type { Machine } from './arguments.ts';

/**
 * KVM where a guest really boots with it, emulation in software elsewhere: that /dev/kvm is there says little. What came
 * out is kept in `folder` for this host's kernel and this version of QEMU. `boots` boots a guest with KVM.
 */
export async function chooseAccelerator(
  folder: string,
  qemuVersion: string,
  boots: () => Promise<boolean>,
): Promise<Machine['accelerator']> {
  try {
    await access('/dev/kvm', constants.R_OK | constants.W_OK);
  } catch (error) {
    if (error instanceof Error && 'code' in error) return 'tcg';
    throw error;
  }
  const file = join(folder, 'accelerator.json');
  const host = `${release()} ${qemuVersion}`;
  const known = await readFile(file, 'utf8').catch(() => undefined);
  if (known !== undefined) {
    const [knownHost, accelerator] = JSON.parse(known) as [string, Machine['accelerator']];
    if (knownHost === host) return accelerator;
  }
  const accelerator = (await boots()) ? 'kvm' : 'tcg';
  await writeFile(file, JSON.stringify([host, accelerator]));
  return accelerator;
}
