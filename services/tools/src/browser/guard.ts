import type { JsonObject } from '@holdfast/protocol';

import { textOf } from './cdp/message.ts';
import type { CdpMux } from './cdp/mux.ts';
import { isWebAddress } from './network/scheme.ts';

/** What a tab may not be. */
export interface Violation {
  readonly contextId: string;
  readonly why: string;
}

/** What the browser shows of itself when a page cannot be loaded. */
const ERROR_PAGE = /^chrome-error:/;

/**
 * Closes each tab that comes to an address that is none of the web, however it got there, and those that are too many.
 * Whatever engine a run has, and before an engine knows of the tab.
 */
export async function guardTabs(
  mux: CdpMux,
  maxTabs: number,
  onViolation: (violation: Violation) => void,
): Promise<void> {
  const tabs = new Map<string, string>();
  mux.browser.on((method, params) => {
    if (method === 'Target.targetDestroyed') tabs.delete(textOf(params['targetId']));
    if (method !== 'Target.targetCreated' && method !== 'Target.targetInfoChanged') return;
    const { type, targetId, url, browserContextId } = params['targetInfo'] as JsonObject;
    if (type !== 'page' || typeof targetId !== 'string' || typeof browserContextId !== 'string') return;
    const isNew = !tabs.has(targetId);
    tabs.set(targetId, browserContextId);
    const why = reason(textOf(url), isNew && countOf(tabs, browserContextId) > maxTabs, maxTabs);
    if (why === undefined) return;
    // It may be gone already, or the browser may.
    mux.browser.send('Target.closeTarget', { targetId }).catch(() => undefined);
    onViolation({ contextId: browserContextId, why });
  });
  await mux.browser.send('Target.setDiscoverTargets', { discover: true });
}

function reason(url: string, isTooMany: boolean, maxTabs: number): string | undefined {
  if (isTooMany) return `A tab was closed: a run has at most ${maxTabs} (tools.browser.max_tabs).`;
  if (isWebAddress(url) || ERROR_PAGE.test(url)) return undefined;
  return `A tab was closed: it came to an address of ${url.slice(0, url.indexOf(':') + 1)}, which is not opened.`;
}

function countOf(tabs: ReadonlyMap<string, string>, contextId: string): number {
  return [...tabs.values()].filter((of) => of === contextId).length;
}
