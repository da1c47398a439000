import { randomUUIDv7 } from 'node:crypto';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';

import { codeOf } from '../../files/file-error.ts';
import { startOf } from '../process-tree.ts';
import { endTree } from './end-tree.ts';

/** How the folder of a managed Chromium is called, in the folder for temporary files. */
export const FOLDER_PREFIX = 'holdfast-chromium-';

/** Browsers that live, on disk: so that the next start can end what a killed service has left. */
export interface LiveRecords {
  /** Notes a folder, before anything is started in it. */
  add(folder: string): Promise<{ remove(): Promise<void> }>;
  /**
   * Ends the processes of browsers whose service is gone, and removes their folders.
   *
   * @returns how many browsers had left something
   */
  reap(): Promise<number>;
}

interface Live {
  readonly folder: string;
  readonly service: { readonly pid: number; readonly started: string };
}

/** Records as one file for each browser in `folder`, which is made when it is needed. */
export function liveRecords(folder: string): LiveRecords {
  return {
    async add(browser) {
      const file = join(folder, `${randomUUIDv7()}.json`);
      const live: Live = { folder: browser, service: { pid: process.pid, started: await startOf(process.pid) } };
      await mkdir(folder, { recursive: true, mode: 0o700 });
      await writeFile(file, JSON.stringify(live), { mode: 0o600 });
      return { remove: () => rm(file, { force: true }) };
    },
    async reap() {
      let found = 0;
      for (const name of await namesIn(folder)) {
        const file = join(folder, name);
        const live = parse(await readFile(file, 'utf8'));
        if (live && (await startOf(live.service.pid)) === live.service.started) continue;
        if (live) {
          await endTree(live.folder);
          await rm(live.folder, { recursive: true, force: true, maxRetries: 3 });
          found += 1;
        }
        // A record that cannot be read was being written when the service died: nothing had been started yet.
        await rm(file, { force: true });
      }
      return found;
    },
  };
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => name.endsWith('.json'));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return [];
    throw error;
  }
}

/** Undefined for what names no folder of a browser: nothing else is ever removed. */
function parse(text: string): Live | undefined {
  let value: Partial<Live> | null;
  try {
    value = JSON.parse(text) as Partial<Live> | null;
  } catch {
    return undefined;
  }
  const { folder, service } = value ?? {};
  if (typeof folder !== 'string' || typeof service?.pid !== 'number' || typeof service.started !== 'string') return;
  if (!isAbsolute(folder) || !basename(folder).startsWith(FOLDER_PREFIX) || dirname(folder) === folder) return;
  return { folder, service };
}
