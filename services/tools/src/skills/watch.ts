import { sep } from 'node:path';

import { watch } from 'chokidar';

import { isLeftOut } from './folder/read-folder.ts';

/** An editor writes more than once when it saves; so long after the last sign a folder is looked at, milliseconds. */
const QUIET_MS = 100;

/** What {@link watchFolders} tells. */
export interface WatchListener {
  /** Something in a skill's folder changed, or the folder came or went. */
  onChange(folder: string, name: string): void;
  onError(error: unknown): void;
}

/** Watches folders of skills. Resolves once it sees every change that is made. @returns stops it */
export async function watchFolders(folders: readonly string[], listener: WatchListener): Promise<() => Promise<void>> {
  const timers = new Map<string, NodeJS.Timeout>();
  const watcher = watch([...folders], {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path) => isLeftOut(path.slice(path.lastIndexOf(sep) + 1)),
  });
  watcher.on('all', (_event, path) => {
    const folder = folders.find((one) => path.startsWith(one + sep));
    const name = folder === undefined ? undefined : path.slice(folder.length + 1).split(sep)[0];
    if (folder === undefined || name === undefined || name === '') return;
    const key = `${folder}${sep}${name}`;
    clearTimeout(timers.get(key));
    timers.set(
      key,
      setTimeout(() => {
        timers.delete(key);
        listener.onChange(folder, name);
      }, QUIET_MS),
    );
  });
  watcher.on('error', (error) => listener.onError(error));
  const ready = Promise.withResolvers<void>();
  watcher.once('ready', ready.resolve);
  await ready.promise;
  return async () => {
    for (const timer of timers.values()) clearTimeout(timer);
    await watcher.close();
  };
}
