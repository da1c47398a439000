import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import { isWebAddress, refusedScheme } from '../network/scheme.ts';
import type { DialogEntry } from '../page.ts';
import type { PageCdp, PageParts } from './engine.ts';

/** Time-out of what is no navigation, milliseconds. */
export const VERB_MS = 10_000;
export const VIEWPORT = { width: 1280, height: 720 };
/** Pixels: what is below is cut off in a picture of a whole page. */
export const MAX_PICTURE_HEIGHT = 15_000;
/** A page that opens more dialogs than this is closed. */
export const MOST_DIALOGS = 50;
const ANSWER_MS = 2000;
const STOP_MS = 500;
const DOWNLOAD_MS = 500;
const POLL_MS = 20;
/** So long a page has to show what it says that it will, milliseconds. */
export const SETTLE_MS = 1000;

const WORLD = 'holdfast';
/** What Chromium shows where nothing could be loaded. */
const ERROR_PAGE = 'chrome-error://chromewebdata/';

/** The address as it is told; empty for the browser's own page of an error. */
export function shownUrl(url: string): string {
  return url === ERROR_PAGE ? '' : url;
}

/** @throws HoldfastError REFUSED where the page has come to an address that may not be read. */
export function assertReadable(url: string): void {
  if (!isWebAddress(shownUrl(url))) throw refusedScheme(url.slice(0, url.indexOf(':') + 1));
}

/** The document as text: read where scripts of the page cannot lie about it, and never more than the bound. */
export async function readHtml(cdp: PageCdp, maxChars: number): Promise<string> {
  const { frameTree } = await cdp.send('Page.getFrameTree');
  const frameId = ((frameTree as JsonObject)['frame'] as JsonObject)['id'] ?? '';
  const { executionContextId } = await cdp.send('Page.createIsolatedWorld', { frameId, worldName: WORLD });
  const expression = `(() => {
    const doctype = document.doctype ? new XMLSerializer().serializeToString(document.doctype) + '\\n' : '';
    const text = doctype + (document.documentElement ? document.documentElement.outerHTML : '');
    return text.length > ${maxChars} ? text.length : text;
  })()`;
  const contextId = executionContextId ?? 0;
  const { result } = await cdp.send('Runtime.evaluate', { expression, contextId, returnByValue: true });
  const value = (result as JsonObject)['value'];
  if (typeof value === 'string') return value;
  const message = `The page has ${Number(value)} characters; at most ${maxChars} are read (tools.browser.html_bytes). Take a screenshot or a snapshot instead.`;
  throw new HoldfastError('TOO_LARGE', message);
}

/** The height of the whole page, pixels, as far as a picture goes. */
export async function pictureHeight(cdp: PageCdp): Promise<number> {
  const { cssContentSize } = await cdp.send('Page.getLayoutMetrics');
  const height = Math.ceil(Number((cssContentSize as JsonObject)['height']));
  return Math.max(1, Math.min(height, MAX_PICTURE_HEIGHT));
}

/** Whether the page's process does what it is asked, by a connection that may not be made yet. */
export async function answers(connecting: Promise<PageCdp>): Promise<boolean> {
  const asked = connecting.then((cdp) => cdp.send('Runtime.evaluate', { expression: '1' }));
  const didAnswer = asked.then(
    () => true,
    () => false,
  );
  return Promise.race([didAnswer, sleep(ANSWER_MS, false, { ref: false })]);
}

/** Tells a page to give up what it loads. One that does not hear it is replaced later. */
export async function stopLoading(connecting: Promise<PageCdp>): Promise<void> {
  const stopped = connecting.then((cdp) => cdp.send('Page.stopLoading'));
  await Promise.race([stopped.catch(() => undefined), sleep(STOP_MS, undefined, { ref: false })]);
}

/** Whether a navigation that was given up has become a download: that is told a little later. */
export async function becameDownload({ downloads }: PageParts, before: number): Promise<boolean> {
  await lookUntil(() => downloads.begun !== before, DOWNLOAD_MS);
  return downloads.begun > before;
}

/** Waits for what the browser tells a little later, and no longer than this, milliseconds. */
export async function lookUntil(isSo: () => boolean, mostMs: number): Promise<void> {
  for (let waited = 0; waited < mostMs && !isSo(); waited += POLL_MS) await sleep(POLL_MS);
}

/** How a dialog is answered: alerts and pages that are left are let go, nothing is agreed to by default. */
export function dialogAnswer(
  type: DialogEntry['type'],
  wish: { readonly accept: boolean; readonly text?: string } | undefined,
): { readonly accept: boolean; readonly text?: string } {
  return wish ?? { accept: type === 'alert' || type === 'beforeunload' };
}

/** A header without its parameters. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
}

/** What the sessions of both engines have in common, whatever types they give each method. */
interface AnySession {
  send(method: string, params: JsonObject): Promise<JsonObject>;
  on(method: string, listener: (params: JsonObject) => void): unknown;
  detach(): Promise<void>;
}

/** The session of an engine with a page, without its types. */
export function pageCdp(session: object): PageCdp {
  const any = session as AnySession;
  return {
    send: (method, params = {}) => any.send(method, params),
    on: (method, listener) => {
      any.on(method, listener);
    },
    detach: () => any.detach(),
  };
}
