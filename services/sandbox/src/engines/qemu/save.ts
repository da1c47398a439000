import { createWriteStream } from 'node:fs';
import { chmod, open, rm } from 'node:fs/promises';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import type { Qmp } from './qmp.ts';

const SOCKET = 'state.sock';
const POLL_MS = 5;
const StatusSchema = z.object({ status: z.string() });
const MigrationSchema = z.object({ status: z.string().optional(), 'error-desc': z.string().optional() });

/**
 * Writes the state of a machine that stands still (memory and devices, not the disk) to a file. `folder` is QEMU's
 * working folder: QEMU connects to a socket there, as it may neither open files nor start programs.
 * Throws UNAVAILABLE when it cannot be saved.
 */
export async function saveState(qmp: Qmp, folder: string, file: string): Promise<void> {
  const handle = await open(folder, 'r');
  // The whole path may be longer than the address of a socket; this name of it is not.
  const path = `/proc/self/fd/${handle.fd}/${SOCKET}`;
  const server = createServer();
  try {
    const connected = new Promise<Socket>((resolve) => server.once('connection', resolve));
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(path, resolve));
    await chmod(path, 0o666);
    await qmp.execute('migrate-set-parameters', { 'max-bandwidth': 64 * 1024 ** 3 });
    await qmp.execute('migrate', { uri: `unix:${SOCKET}` });
    const written = connected.then((socket) => pipeline(socket, createWriteStream(file, { mode: 0o600, flush: true })));
    await Promise.all([written, completed(qmp)]);
  } finally {
    await new Promise((resolve) => server.close(resolve));
    await handle.close();
    await rm(join(folder, SOCKET), { force: true });
  }
}

async function completed(qmp: Qmp): Promise<void> {
  for (;;) {
    const state = MigrationSchema.parse(await qmp.execute('query-migrate'));
    if (state.status === 'completed') return;
    if (state.status === 'failed' || state.status === 'cancelled') {
      const why = state['error-desc'] ?? state.status;
      throw new HoldfastError('UNAVAILABLE', `QEMU could not save the machine: ${why}. The machine was not changed.`);
    }
    await sleep(POLL_MS);
  }
}

/** Waits until a machine that goes on from a saved state has read it, and lets it run. */
export async function goOn(qmp: Qmp): Promise<void> {
  for (;;) {
    const { status } = StatusSchema.parse(await qmp.execute('query-status'));
    if (status !== 'inmigrate') break;
    await sleep(POLL_MS);
  }
  await qmp.execute('cont');
}
