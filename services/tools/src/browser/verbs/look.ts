import { z } from 'zod';

import { defineTool, type ToolContext, type ToolModule } from '../../tool.ts';
import { TO_ACT } from './act.ts';
import { runOf, type VerbDeps } from './deps.ts';
import { find } from './find.ts';
import { beginning, framed } from './frame.ts';
import { maxChars, VERB_TIMEOUT_MS } from './parameters.ts';
import { pictureOf, reported, saveText } from './report.ts';

/** Shows what is on the page, and finds something in it. */
export function lookTools(deps: VerbDeps): readonly ToolModule[] {
  const snapshot = defineTool({
    name: 'browser_snapshot',
    description:
      'Shows the open page as a tree of what a person perceives, with [ref=e12] at what can be clicked or typed into. References hold until the page changes. For reading, browser_extract is shorter.',
    source: 'browser',
    parameters: z.strictObject({ max_chars: maxChars }),
    effect: 'read',
    approval: 'none',
    timeoutMs: VERB_TIMEOUT_MS,
    run: ({ max_chars }, context) =>
      reported(deps, context, 'snapshot', async () => {
        const { tree, url, title, picture } = await treeOf(deps, context);
        const text = beginning(tree, max_chars);
        const value = { url, title, snapshot: framed(text, url, context.idempotencyKey) };
        if (text.length === tree.length) return { value, ...picture };
        const file = await saveText(deps, context, await deps.steps.path(context, 'snapshot.yaml'), tree);
        const note = `These are the first ${text.length} of ${tree.length} characters. browser_find finds the rest; all of it is in ${file}.`;
        return { value: { ...value, truncated: true, file, note }, artifacts: [file], ...picture };
      }),
  });
  const found = defineTool({
    name: 'browser_find',
    description:
      'Finds elements of the open page by their text or role, with their references, without showing the whole page.',
    source: 'browser',
    deferred: true,
    parameters: z
      .strictObject({
        text: z.string().min(1).max(500).optional().describe('A part of the name or text; case does not matter.'),
        role: z.string().min(1).max(50).optional().describe('Such as button, link, textbox, checkbox, heading, row.'),
        limit: z.number().int().min(1).max(100).default(20),
      })
      .refine(({ text, role }) => text !== undefined || role !== undefined, 'needs text or role'),
    effect: 'read',
    approval: 'none',
    timeoutMs: VERB_TIMEOUT_MS,
    run: ({ text, role, limit }, context) =>
      reported(deps, context, 'find', async () => {
        const { tree, url, picture } = await treeOf(deps, context);
        const { hits, count } = find(tree, { text, role, limit });
        const note = count > hits.length ? `There are ${count}. Say more, or raise the limit.` : undefined;
        const shown =
          hits.length === 0
            ? 'Nothing like this is on the page.'
            : framed(hits.join('\n'), url, context.idempotencyKey);
        return { value: { url, count, found: shown, ...(note === undefined ? {} : { note }) }, ...picture };
      }),
  });
  return [snapshot, found];
}

async function treeOf(deps: VerbDeps, context: ToolContext) {
  return deps.browser.act(runOf(context), { reason: TO_ACT, signal: context.signal }, async (page) => {
    const tree = deps.secrets.redact(await page.snapshot());
    const [url, title] = [page.url(), (await page.title()).slice(0, 500)];
    deps.steps.remember(context, url, tree.split('\n'));
    const picture = deps.screenshots === 'always' ? await pictureOf(deps, page) : {};
    return { tree, url, title, picture };
  });
}
