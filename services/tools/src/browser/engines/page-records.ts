import type { ConsoleEntry, DialogEntry, DownloadEntry, NetworkEntry } from '../page.ts';
import type { PageParts } from './engine.ts';

/** What was noted of a page, whichever engine drives it. */
export class PageRecords {
  readonly #parts: PageParts;

  constructor(parts: PageParts) {
    this.#parts = parts;
  }

  console(): readonly ConsoleEntry[] {
    return this.#parts.log.console;
  }

  network(): readonly NetworkEntry[] {
    return this.#parts.log.network;
  }

  dialogs(): readonly DialogEntry[] {
    return this.#parts.log.dialogs;
  }

  downloads(): readonly DownloadEntry[] {
    return this.#parts.downloads.all();
  }

  /** @throws HoldfastError NOT_FOUND, FAILED_PRECONDITION */
  readDownload(id: string): Promise<Uint8Array> {
    return this.#parts.downloads.read(id);
  }
}
