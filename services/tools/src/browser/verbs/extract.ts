import { setTimeout as sleep } from 'node:timers/promises';

import type { JsonObject } from '@holdfast/protocol';
import { z } from 'zod';

import { defineTool, type ToolContext, type ToolModule } from '../../tool.ts';
import { cameOutEmpty } from '../auto/decide.ts';
import type { Extracted } from '../extract/message.ts';
import { runOf, type VerbDeps } from './deps.ts';
import { beginning, framed } from './frame.ts';
import { maxChars, savePath, VERB_TIMEOUT_MS } from './parameters.ts';
import { pictureOf, reported, saveText } from './report.ts';

/** So long a page that is empty is waited for, milliseconds. */
const FILL_MS = 5000;
const LOOK_MS = 250;
const MOST_CHARS = 32 * 1024 * 1024;
const EMPTY = 'Playwright, since the page came out empty under Puppeteer and its scripts may fill it.';

/** The open page as Markdown. */
export function extractTool(deps: VerbDeps): ToolModule {
  return defineTool({
    name: 'browser_extract',
    description:
      'Reads the open page as Markdown: headings, lists, tables, code, absolute links. By default its article where it clearly has one, else the whole page. A long page is kept whole in a file.',
    source: 'browser',
    parameters: z.strictObject({
      part: z
        .enum(['auto', 'article', 'page'])
        .default('auto')
        .describe('article: without menus and such; page: all of it.'),
      max_chars: maxChars,
      path: savePath.describe('Where all of the Markdown is saved, if it is wanted as a file.'),
    }),
    effect: 'read',
    effectOf: ({ path }) => (path === undefined ? 'read' : 'idempotent'),
    approval: 'none',
    timeoutMs: VERB_TIMEOUT_MS,
    run: ({ part, max_chars, path }, context) =>
      reported(deps, context, 'extract', async () => {
        const { html, url, picture, note } = await filledHtml(deps, context);
        const clean = deps.secrets.redact(html);
        const read = await deps.extractor.extract({ html: clean, url, part, maxChars: MOST_CHARS }, context.signal);
        const markdown = deps.secrets.redact(read.markdown);
        const text = beginning(markdown, max_chars);
        const value = { url, ...about(read), markdown: framed(text, url, context.idempotencyKey), ...note };
        const isCut = text.length < markdown.length;
        if (!isCut && path === undefined) return { value, ...picture };
        const at = path ?? (await deps.steps.path(context, 'page.md'));
        const file = await saveText(deps, context, at, markdown);
        const more = isCut
          ? {
              truncated: true,
              note: `These are the first ${text.length} of ${markdown.length} characters; all of it is in ${file}.`,
            }
          : {};
        return { value: { ...value, file, ...more }, artifacts: [file], ...picture };
      }),
  });
}

/** The document. One that came out empty gets the other engine, and some time. */
async function filledHtml(deps: VerbDeps, context: ToolContext) {
  const run = runOf(context);
  const read = () =>
    deps.browser.read(run, context.signal, async (page) => ({ html: await page.html(), url: page.url() }));
  let { html, url } = await read();
  const note: JsonObject = {};
  if (cameOutEmpty(html)) {
    if (deps.browser.engineOf(run)?.engine === 'puppeteer') {
      await deps.browser.escalate(run, EMPTY, context.signal);
      note['engine'] = EMPTY;
    }
    await context.emit({ type: 'progress', fraction: -1, message: 'browser: wait for the page to fill' });
    for (let waited = 0; waited < FILL_MS && cameOutEmpty(html); waited += LOOK_MS) {
      await sleep(LOOK_MS, undefined, { signal: context.signal });
      ({ html, url } = await read());
    }
    if (cameOutEmpty(html))
      note['note'] = 'The page is empty as text. browser_screenshot shows whether there is a picture.';
  }
  const picture =
    deps.screenshots === 'always' ? await deps.browser.read(run, context.signal, (page) => pictureOf(deps, page)) : {};
  return { html, url, picture, note };
}

function about({ title, byline, published, lang, dir, part }: Extracted): JsonObject {
  const told = {
    title: title.slice(0, 500),
    byline: byline.slice(0, 200),
    published: published.slice(0, 50),
    lang,
    dir,
  };
  return { ...Object.fromEntries(Object.entries(told).filter(([, value]) => value !== '')), part };
}
