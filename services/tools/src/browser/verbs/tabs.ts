import { z } from 'zod';

import { defineTool, type ToolModule } from '../../tool.ts';
import { act } from './act.ts';
import type { VerbDeps } from './deps.ts';
import { VERB_TIMEOUT_MS } from './parameters.ts';

/** The tabs of the run. */
export function tabsTool(deps: VerbDeps): ToolModule {
  return defineTool({
    name: 'browser_tabs',
    description: 'Lists the tabs of the browser, or opens, selects or closes one. Everything acts on the current tab.',
    source: 'browser',
    deferred: true,
    parameters: z
      .strictObject({
        action: z.enum(['list', 'new', 'select', 'close']).default('list'),
        index: z.number().int().min(0).max(1000).optional().describe('For select and close; counted from 0.'),
      })
      .refine(
        ({ action, index }) => (action === 'select' || action === 'close') === (index !== undefined),
        'select and close need an index, and only they',
      ),
    effect: 'write',
    effectOf: ({ action }) => (action === 'list' ? 'read' : action === 'select' ? 'idempotent' : 'write'),
    approval: 'none',
    timeoutMs: VERB_TIMEOUT_MS,
    run: ({ action, index = 0 }, context) =>
      act(deps, context, 'tabs', async (page) => {
        if (action === 'new') await page.newTab();
        if (action === 'select') await page.selectTab(index);
        if (action === 'close') await page.closeTab(index);
        const tabs = await page.tabs();
        return { open: tabs.map((tab) => ({ ...tab, url: tab.url.slice(0, 500), title: tab.title.slice(0, 200) })) };
      }),
  });
}
