import type { JsonObject } from '@holdfast/protocol';

import type { EngineName } from '../browser.ts';
import type { BrowserConfig } from '../config.ts';
import type { Downloads } from '../downloads/downloads.ts';
import type { Gate } from '../network/gate.ts';
import type { ReadingPage } from '../page.ts';
import type { PageLog } from './page-log.ts';

/** What a page of a run needs of its surroundings. */
export interface PageParts {
  readonly gate: Gate;
  readonly log: PageLog;
  readonly downloads: Downloads;
  readonly config: Pick<BrowserConfig, 'html_bytes'>;
  readonly monotonic: () => number;
}

/** CDP with one page. */
export interface PageCdp {
  send(method: string, params?: JsonObject): Promise<JsonObject>;
  on(method: string, listener: (params: JsonObject) => void): void;
  detach(): Promise<void>;
}

/** The isolated part of the browser that one run has: its cookies, its storage, its pages. */
export interface EngineContext<P extends ReadingPage = ReadingPage> {
  readonly engine: EngineName;
  /** As Chromium calls it. */
  readonly id: string;
  readonly page: P;
  /** Another one for each tab that is the current one; undefined where none is alive. */
  identity(): object | undefined;
  /** Replaces the current page where it has crashed, does not answer or was closed. @returns whether it did */
  revive(): Promise<boolean>;
  /** A connection to the current page, for a live view. */
  cdp(): Promise<PageCdp>;
  close(): Promise<void>;
}

/** What drives the managed Chromium. One folder, one file for each, one suite that both pass. */
export interface Engine<P extends ReadingPage = ReadingPage> {
  readonly name: EngineName;
  /** Makes a context whose traffic goes through the proxy of `parts.gate`, and a page in it. */
  open(parts: PageParts): Promise<EngineContext<P>>;
  /** Takes a context over from another engine, with its pages as they are. */
  adopt(contextId: string, parts: PageParts): Promise<EngineContext<P>>;
  close(): void;
}
