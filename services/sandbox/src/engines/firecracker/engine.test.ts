import { randomUUID } from 'node:crypto';
import { access, constants, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { it } from 'vitest';

import { findProgram } from '../../host/find-program.ts';
import { engineConformance } from '../conformance.ts';
import { firecrackerEngine } from './engine.ts';

const MIB = 1024 * 1024;
const firecracker = await findProgram('firecracker');
const jailer = await findProgram('jailer');
/** A kernel as Firecracker boots it, with its modules; Debian has none, so whoever runs this names them. */
const [image, modules] = [process.env['HOLDFAST_TEST_VMLINUX'], process.env['HOLDFAST_TEST_MODULES']];
const hasKvm = await access('/dev/kvm', constants.R_OK | constants.W_OK).then(
  () => true,
  () => false,
);

if (firecracker === undefined || image === undefined || modules === undefined || !hasKvm) {
  it('firecracker (SB-1)', (ctx) =>
    ctx.skip('it takes firecracker, a KVM that works, and HOLDFAST_TEST_VMLINUX and HOLDFAST_TEST_MODULES'));
} else {
  engineConformance('firecracker', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-firecracker-'));
    const engine = firecrackerEngine({
      folder,
      firecracker,
      ...(jailer === undefined ? {} : { jailer }),
      kernel: { image, modules },
    });
    const spec = () => ({
      id: randomUUID().replaceAll('-', ''),
      inputs: [],
      owners: { user: { uid: 59_950, gid: 59_950 } },
      limits: {
        memoryBytes: 192 * MIB,
        cpus: 1,
        pids: 64,
        diskBytes: 96 * MIB,
        tmpBytes: 16 * MIB,
        openFiles: 512,
      },
    });
    return {
      create: () => engine.create(spec()),
      restore: async (from) => {
        if (!engine.restore) throw new Error('it restores');
        return engine.restore(from, spec());
      },
      folder: () => mkdtemp(join(folder, 'snapshot-')),
      leaks: () => readdir(join(folder, 'records')),
      close: () => rm(folder, { recursive: true, force: true }),
    };
  });
}
