import type { JsonObject } from '@holdfast/protocol';

import type { ToolContext, ToolOutcome } from '../../tool.ts';
import type { InteractivePage } from '../page.ts';
import { changesSince, lookBefore } from './changes.ts';
import { runOf, type VerbDeps } from './deps.ts';
import { pictureOf, reported } from './report.ts';

/** Why a run that has Puppeteer changes over. */
export const TO_ACT = 'Playwright, since the page is acted on.';

/** Acts on the open page, and tells what has come of it, with a picture unless there are to be none. */
export function act(
  deps: VerbDeps,
  context: ToolContext,
  name: string,
  work: (page: InteractivePage) => Promise<JsonObject | void>,
): Promise<ToolOutcome> {
  return reported(deps, context, name, async () => {
    await context.emit({ type: 'progress', fraction: -1, message: `browser: ${name}` });
    return deps.browser.act(runOf(context), { reason: TO_ACT, signal: context.signal }, async (page) => {
      const before = await lookBefore(page);
      const said = (await work(page)) ?? {};
      const changes = await changesSince(before, page, deps, context);
      const picture = deps.screenshots === 'never' ? {} : await pictureOf(deps, page);
      return { value: { ...said, ...changes }, ...picture };
    });
  });
}
