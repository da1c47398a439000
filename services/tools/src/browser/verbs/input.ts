import { z } from 'zod';

import { defineTool, type ToolContext, type ToolModule } from '../../tool.ts';
import type { InteractivePage } from '../page.ts';
import { hasPlaceholder } from '../secrets/secrets.ts';
import { act } from './act.ts';
import type { VerbDeps } from './deps.ts';
import { ref, VERB_TIMEOUT_MS } from './parameters.ts';

const common = { source: 'browser', approval: 'none', timeoutMs: VERB_TIMEOUT_MS } as const;
const MAX_TEXT = 100_000;
const submit = z.boolean().default(false).describe('Presses Enter afterwards.');

/** What types and chooses. */
export function inputTools(deps: VerbDeps): readonly ToolModule[] {
  const { names } = deps.secrets;
  const about =
    names.length === 0
      ? ''
      : ` {{secret:NAME}} stands for a value that is typed without being shown: ${names.join(', ')}.`;
  const type = defineTool({
    ...common,
    name: 'browser_type',
    description: `Types text into a field, key by key, after what is there.${about}`,
    parameters: z.strictObject({ ref, text: z.string().max(MAX_TEXT), submit }),
    effect: 'write',
    effectOf: (args) => (args.submit ? 'write' : 'idempotent'),
    run: ({ ref: at, text, submit: enter }, context) =>
      act(deps, context, 'type', async (page) => {
        if (hasPlaceholder(text)) await fillSecret(deps, page, { ref: at, value: text });
        else await page.type(at, text);
        if (enter) await page.press('Enter', at);
      }),
  });
  const fill = defineTool({
    ...common,
    name: 'browser_fill_form',
    description: `Sets several fields of a form at once, replacing what is in them; true or false for a checkbox.${about}`,
    parameters: z.strictObject({
      fields: z
        .array(z.strictObject({ ref, value: z.string().max(MAX_TEXT) }))
        .min(1)
        .max(50),
      submit,
    }),
    effect: 'write',
    effectOf: (args) => (args.submit ? 'write' : 'idempotent'),
    run: ({ fields, submit: enter }, context) =>
      act(deps, context, 'fill', async (page) => {
        let done = 0;
        for (const field of fields) {
          context.signal.throwIfAborted();
          if (hasPlaceholder(field.value)) await fillSecret(deps, page, field);
          else await page.fill(field.ref, field.value);
          done += 1;
          await tell(context, done, fields.length);
        }
        const last = fields.at(-1);
        if (enter && last) await page.press('Enter', last.ref);
        return { filled: done };
      }),
  });
  const select = defineTool({
    ...common,
    name: 'browser_select',
    description: 'Chooses options of a list, by value or label.',
    deferred: true,
    parameters: z.strictObject({ ref, values: z.array(z.string().max(1000)).min(1).max(100) }),
    effect: 'idempotent',
    run: ({ ref: at, values }, context) =>
      act(deps, context, 'select', async (page) => ({ selected: [...(await page.select(at, values))] })),
  });
  return [type, fill, select];
}

/**
 * A secret is set, never typed: keys go to whatever has the focus at that moment. The field shows dots from then on, so
 * that no picture shows it.
 */
async function fillSecret(
  { secrets }: VerbDeps,
  page: InteractivePage,
  field: { readonly ref: string; readonly value: string },
): Promise<void> {
  const value = await secrets.reveal(field.value, await page.frameUrls(field.ref));
  await page.fill(field.ref, value, { masked: true });
}

async function tell(context: ToolContext, done: number, all: number): Promise<void> {
  await context.emit({ type: 'progress', fraction: done / all, message: `browser: field ${done} of ${all}` });
}
