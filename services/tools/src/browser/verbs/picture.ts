import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import { saveFile } from '../../files/save.ts';
import { defineTool, type ToolModule } from '../../tool.ts';
import { runOf, type VerbDeps } from './deps.ts';
import { savePath, VERB_TIMEOUT_MS } from './parameters.ts';
import { pictureOf, reported, SHOWS_SECRET } from './report.ts';

const common = { source: 'browser', effect: 'idempotent', approval: 'none', timeoutMs: VERB_TIMEOUT_MS } as const;

/** The page as a picture, and as PDF. */
export function pictureTools(deps: VerbDeps): readonly ToolModule[] {
  const screenshot = defineTool({
    ...common,
    name: 'browser_screenshot',
    description: 'Takes a picture of the open page and saves it as a file of the run.',
    parameters: z.strictObject({
      full_page: z.boolean().default(false).describe('Down to the end of the page, in place of what is in view.'),
      format: z.enum(['png', 'jpeg']).default('png'),
      path: savePath,
    }),
    run: ({ full_page, format, path }, context) =>
      reported(deps, context, 'screenshot', async () => {
        const taken = await deps.browser.read(runOf(context), context.signal, async (page) => {
          const options = { fullPage: full_page, format };
          return { ...(await pictureOf(deps, page, options)), url: page.url() };
        });
        if (!('picture' in taken)) throw new HoldfastError('REFUSED', taken.noPicture);
        const at = path ?? (await deps.steps.path(context, `screenshot.${format === 'png' ? 'png' : 'jpg'}`));
        const file = await saveFile(context, at, taken.picture);
        return { value: { url: taken.url, file, bytes: taken.picture.length }, artifacts: [file] };
      }),
  });
  const pdf = defineTool({
    ...common,
    name: 'browser_pdf',
    description: 'Saves the open page as PDF (A4).',
    deferred: true,
    parameters: z.strictObject({ path: savePath }),
    run: ({ path }, context) =>
      reported(deps, context, 'pdf', async () => {
        const { bytes, url } = await deps.browser.read(runOf(context), context.signal, async (page) => {
          if (deps.secrets.isInUse && deps.secrets.isIn(Buffer.from(await page.html()))) {
            throw new HoldfastError('REFUSED', SHOWS_SECRET);
          }
          return { bytes: await page.pdf(), url: page.url() };
        });
        const file = await saveFile(context, path ?? (await deps.steps.path(context, 'page.pdf')), bytes);
        return { value: { url, file, bytes: bytes.length }, artifacts: [file] };
      }),
  });
  return [screenshot, pdf];
}
