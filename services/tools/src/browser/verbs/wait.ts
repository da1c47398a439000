import { z } from 'zod';

import { defineTool, type ToolModule } from '../../tool.ts';
import { act } from './act.ts';
import type { VerbDeps } from './deps.ts';
import { VERB_TIMEOUT_MS } from './parameters.ts';

const MAX_WAIT_MS = 100_000;

/** Waits for something on the page. */
export function waitTool(deps: VerbDeps): ToolModule {
  return defineTool({
    name: 'browser_wait',
    description: 'Waits until a text is on the page, or is gone, or an element is visible, or for a time.',
    source: 'browser',
    deferred: true,
    parameters: z
      .strictObject({
        text: z.string().min(1).max(500).optional(),
        text_gone: z.string().min(1).max(500).optional(),
        selector: z.string().min(1).max(500).optional().describe('A CSS selector.'),
        time_ms: z.number().int().min(1).max(MAX_WAIT_MS).optional(),
        timeout_ms: z.number().int().min(100).max(MAX_WAIT_MS).default(10_000),
      })
      .refine(
        ({ text, text_gone, selector, time_ms }) =>
          [text, text_gone, selector, time_ms].filter((one) => one !== undefined).length === 1,
        'needs one of text, text_gone, selector and time_ms',
      ),
    effect: 'read',
    approval: 'none',
    timeoutMs: VERB_TIMEOUT_MS,
    run: ({ text, text_gone, selector, time_ms, timeout_ms }, context) =>
      act(deps, context, 'wait', async (page) => {
        const wish = {
          ...(text === undefined ? {} : { text }),
          ...(text_gone === undefined ? {} : { textGone: text_gone }),
          ...(selector === undefined ? {} : { selector }),
          ...(time_ms === undefined ? {} : { timeMs: time_ms }),
        };
        await page.waitFor(wish, Math.max(timeout_ms, time_ms ?? 0));
      }),
  });
}
