import { randomUUIDv7 } from 'node:crypto';
import { chown, mkdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';

import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import { textOf } from '../cdp/message.ts';
import type { CdpMux } from '../cdp/mux.ts';
import type { CdpSession } from '../cdp/session.ts';
import type { BrowserConfig } from '../config.ts';
import type { DownloadEntry } from '../page.ts';

/** What downloads of a run need. */
export interface DownloadsDeps {
  readonly mux: CdpMux;
  /** The folder of the browser. */
  readonly folder: string;
  readonly uid: number | undefined;
  readonly config: Pick<BrowserConfig, 'download_bytes' | 'max_downloads'>;
}

const SCHEMES = /^(https?|blob|data):/i;

/** The downloads of one run's context, whichever engine it has: Chromium does them, within bounds. */
export class Downloads {
  readonly #entries = new Map<string, DownloadEntry>();
  readonly #deps: DownloadsDeps;
  readonly #folder: string;
  #session: CdpSession | undefined;
  #contextId = '';
  #begun = 0;

  constructor(deps: DownloadsDeps) {
    this.#deps = deps;
    this.#folder = join(deps.folder, 'downloads', randomUUIDv7());
  }

  /** How many there have been. */
  get begun(): number {
    return this.#begun;
  }

  all(): readonly DownloadEntry[] {
    return [...this.#entries.values()];
  }

  /** Takes the context over. To be called again when its engine has changed: each engine sets its own folder. */
  async watch(contextId: string): Promise<void> {
    const { mux, uid } = this.#deps;
    await mkdir(this.#folder, { recursive: true });
    if (uid !== undefined) await chown(this.#folder, uid, uid);
    this.#contextId = contextId;
    if (!this.#session) {
      this.#session = await mux.session();
      this.#session.on((method, params) => this.#hear(method, params));
    }
    await this.#session.send('Browser.setDownloadBehavior', {
      behavior: 'allowAndName',
      browserContextId: contextId,
      downloadPath: this.#folder,
      eventsEnabled: true,
    });
  }

  /** @throws HoldfastError NOT_FOUND, FAILED_PRECONDITION */
  async read(id: string): Promise<Uint8Array> {
    const entry = this.#entries.get(id);
    if (!entry) throw new HoldfastError('NOT_FOUND', `There is no download ${id.slice(0, 100)} in this run's browser.`);
    if (entry.state === 'done') return readFile(join(this.#folder, entry.id));
    const why = entry.state === 'running' ? 'still runs; wait for it' : `failed: ${entry.failure}`;
    throw new HoldfastError('FAILED_PRECONDITION', `The download of ${entry.name} ${why}. Nothing was saved.`);
  }

  async close(): Promise<void> {
    this.#session?.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  #hear(method: string, params: JsonObject): void {
    const id = textOf(params['guid']);
    if (method === 'Browser.downloadWillBegin')
      this.#begin(id, textOf(params['url']), textOf(params['suggestedFilename']));
    if (method === 'Browser.downloadProgress')
      this.#progress(id, textOf(params['state']), Number(params['receivedBytes']));
  }

  #begin(id: string, url: string, suggested: string): void {
    this.#begun += 1;
    const name = suggested.replaceAll(/[/\\\0]/g, '_').slice(0, 200) || 'download';
    // An engine that looks at the same downloads must not find the entry of another one under it.
    if (!/^[\w-]{1,64}$/.test(id)) return;
    const { max_downloads: most } = this.#deps.config;
    if (this.#begun > most) {
      this.#cancel(id);
      return;
    }
    const shown = url.slice(0, 2000);
    this.#entries.set(id, { id, url: shown, name, state: 'running', bytes: 0, failure: '' });
    if (!SCHEMES.test(url)) this.#fail(id, 'addresses of this kind are not downloaded');
  }

  #progress(id: string, state: string, bytes: number): void {
    const entry = this.#entries.get(id);
    if (entry?.state !== 'running') return;
    const next = { ...entry, bytes };
    this.#entries.set(id, next);
    const total = this.all().reduce((sum, one) => sum + one.bytes, 0);
    if (total > this.#deps.config.download_bytes) {
      this.#fail(
        id,
        `all downloads of a run have at most ${this.#deps.config.download_bytes} bytes (tools.browser.download_bytes)`,
      );
    } else if (state === 'completed') {
      this.#entries.set(id, { ...next, state: 'done' });
    } else if (state === 'canceled') {
      this.#entries.set(id, { ...next, state: 'failed', failure: 'it was cancelled' });
    }
  }

  #fail(id: string, failure: string): void {
    const entry = this.#entries.get(id);
    if (entry) this.#entries.set(id, { ...entry, bytes: 0, state: 'failed', failure });
    this.#cancel(id);
  }

  #cancel(id: string): void {
    this.#session
      ?.send('Browser.cancelDownload', { guid: id, browserContextId: this.#contextId })
      // It may have ended by itself, or the browser may: then there is nothing to cancel.
      .catch(() => rm(join(this.#folder, id), { force: true }));
  }
}
