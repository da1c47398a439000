import { z } from 'zod';

import { defineTool, type ToolModule } from '../../tool.ts';
import { act } from './act.ts';
import type { VerbDeps } from './deps.ts';
import { dialog, ref, VERB_TIMEOUT_MS } from './parameters.ts';

const common = { source: 'browser', approval: 'none', timeoutMs: VERB_TIMEOUT_MS } as const;

/** Clicks, keys, and the way back. */
export function pointerTools(deps: VerbDeps): readonly ToolModule[] {
  const click = defineTool({
    ...common,
    name: 'browser_click',
    description: 'Clicks on an element of the last browser_snapshot. Tells what changed on the page.',
    parameters: z.strictObject({
      ref,
      button: z.enum(['left', 'middle', 'right']).default('left'),
      double: z.boolean().default(false),
      modifiers: z
        .array(z.enum(['Alt', 'Control', 'Meta', 'Shift']))
        .max(4)
        .default([]),
      dialog,
    }),
    effect: 'write',
    run: ({ ref: at, dialog: answer, ...options }, context) =>
      act(deps, context, 'click', async (page) => {
        if (answer) page.answerNextDialog(withoutUndefined(answer));
        await page.click(at, options);
      }),
  });
  const hover = defineTool({
    ...common,
    name: 'browser_hover',
    description: 'Moves the pointer onto an element, for menus that open then.',
    deferred: true,
    parameters: z.strictObject({ ref }),
    effect: 'read',
    run: ({ ref: at }, context) => act(deps, context, 'hover', (page) => page.hover(at)),
  });
  const press = defineTool({
    ...common,
    name: 'browser_press',
    description: 'Presses a key or a combination, on an element or on the page: Enter, Escape, PageDown, Control+A.',
    deferred: true,
    parameters: z.strictObject({
      key: z
        .string()
        .regex(
          /^(?:(?:Alt|Control|Meta|Shift|ControlOrMeta)\+){0,4}(?:[A-Za-z][A-Za-z0-9]{0,20}|\S)$/u,
          'a key, such as Enter, a, F5 or Control+A',
        ),
      ref: ref.optional(),
      dialog,
    }),
    effect: 'write',
    run: ({ key, ref: at, dialog: answer }, context) =>
      act(deps, context, 'press', async (page) => {
        if (answer) page.answerNextDialog(withoutUndefined(answer));
        await page.press(key, at);
      }),
  });
  const back = defineTool({
    ...common,
    name: 'browser_back',
    description: 'Goes one page back in the history of the tab.',
    deferred: true,
    parameters: z.strictObject({}),
    effect: 'idempotent',
    run: (_, context) =>
      act(deps, context, 'back', async (page) => {
        const went = await page.back(Math.min(context.remainingMs(), 30_000));
        return went ? {} : { note: 'There is no page to go back to.' };
      }),
  });
  return [click, hover, press, back];
}

function withoutUndefined({ accept, text }: { accept: boolean; text?: string | undefined }) {
  return text === undefined ? { accept } : { accept, text };
}
