import { rm } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';

import type { Client } from '../http/client.ts';
import { filesIn, placeIn, readState, type SyncState, writeState } from './folder.ts';
import { type Side, type Step, stepOf } from './plan.ts';
import { download, type Traffic, upload } from './transfer.ts';

/** What a sync is to do. */
export interface SyncOptions {
  readonly folder: string;
  /** Ends with a slash, or is empty. */
  readonly prefix: string;
  /** Names the server and the prefix in what the folder remembers. */
  readonly key: string;
  readonly deletions: boolean;
  /** Told of each file for which something was done or is to be settled by a person. */
  readonly told: (path: string, step: Step, problem?: HoldfastError) => void;
}

/** What a sync did. */
export interface Synced extends Traffic {
  readonly uploaded: number;
  readonly downloaded: number;
  readonly deleted: number;
  readonly conflicts: number;
  /** Bytes of the files that went over, whole. */
  readonly whole: number;
}

interface Listed {
  readonly path: string;
  readonly version: number;
  readonly sha256: string;
  readonly size: number;
}

/** Makes a folder and the shared files below a prefix alike; of large files only what changed goes over. */
export async function syncFolder(client: Client, options: SyncOptions): Promise<Synced> {
  const { folder, prefix, key, deletions, told } = options;
  const [state, here, there] = [await readState(folder, key), await filesIn(folder), await listAll(client, prefix)];
  const next: SyncState = {};
  const traffic: Traffic = { sent: 0, received: 0 };
  const done = { upload: 0, download: 0, deleted: 0, conflict: 0, whole: 0 };
  try {
    for (const path of [...new Set([...here.keys(), ...there.keys()])].toSorted()) {
      const entry = { path, here: here.get(path), there: there.get(path), before: state[path] };
      const step = stepOf(entry, deletions);
      const was = state[path];
      if (was) next[path] = was;
      try {
        const alike = await carryOut(client, options, entry, step, traffic);
        if (alike) next[path] = alike;
        else if (step === 'delete-here' || step === 'delete-there' || step === 'nothing') delete next[path];
        count(done, step, entry);
        if (step !== 'settled' && step !== 'nothing') told(path, step);
      } catch (error) {
        // One file that cannot be settled does not keep the others from it.
        if (!HoldfastError.has(error, 'CONFLICT') && !HoldfastError.has(error, 'REFUSED')) throw error;
        done.conflict++;
        told(path, 'conflict', error);
      }
    }
  } finally {
    // What went over is remembered also where the rest failed.
    await writeState(folder, key, { ...state, ...next });
  }
  await writeState(folder, key, next);
  return {
    ...traffic,
    uploaded: done.upload,
    downloaded: done.download,
    deleted: done.deleted,
    conflicts: done.conflict,
    whole: done.whole,
  };
}

type Both = { path: string; here: Side | undefined; there: (Side & { version: number }) | undefined };

/** Gives what both have afterwards; undefined where they are not alike, or both have nothing. */
async function carryOut(
  client: Client,
  { folder, prefix }: SyncOptions,
  { path, here, there }: Both,
  step: Step,
  traffic: Traffic,
): Promise<SyncState[string] | undefined> {
  const shared = `${prefix}${path}`;
  if (step === 'settled' && there) return { version: there.version, sha256: there.sha256 };
  if (step === 'upload' && here) {
    const written = await upload(client, shared, await placeIn(folder, path), here, there, traffic);
    return { version: written.version, sha256: written.sha256 };
  }
  if (step === 'download' && there) {
    await download(client, shared, await placeIn(folder, path), here, there, traffic);
    return { version: there.version, sha256: there.sha256 };
  }
  if (step === 'delete-here') await rm(await placeIn(folder, path));
  if (step === 'delete-there' && there) {
    await client.request('DELETE', '/files/content', {
      query: { path: shared },
      headers: { 'if-match': `"${there.version}"` },
    });
  }
  return undefined;
}

function count(
  done: { upload: number; download: number; deleted: number; conflict: number; whole: number },
  step: Step,
  { here, there }: Both,
): void {
  if (step === 'upload' || step === 'download') {
    done[step]++;
    done.whole += (step === 'upload' ? here : there)?.size ?? 0;
  }
  if (step === 'delete-here' || step === 'delete-there') done.deleted++;
  if (step === 'conflict') done.conflict++;
}

async function listAll(client: Client, prefix: string): Promise<Map<string, Side & { version: number }>> {
  const all = new Map<string, Side & { version: number }>();
  for (let after: string | null = ''; after !== null; ) {
    const page: { files: readonly Listed[]; next: string | null } = await client.request('GET', '/files', {
      query: { prefix, after, limit: 1000, deleted: 'true' },
    });
    for (const { path, version, sha256, size } of page.files)
      all.set(path.slice(prefix.length), { version, sha256, size });
    after = page.next;
  }
  return all;
}
