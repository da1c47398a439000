import type { BrowserRun, BrowserService } from '../browser.ts';
import type { Extractor } from '../extract/extractor.ts';
import type { Secrets } from '../secrets/secrets.ts';
import type { ToolContext } from '../../tool.ts';
import type { Steps } from './steps.ts';

/** When a verb takes a picture of the page: after each action, after each verb, or only when it is asked to. */
export type Screenshots = 'actions' | 'always' | 'never';

/** What the verbs are made of. */
export interface VerbDeps {
  readonly browser: BrowserService;
  readonly extractor: Extractor;
  readonly secrets: Secrets;
  readonly screenshots: Screenshots;
  readonly steps: Steps;
}

/** Whose browser a call uses. */
export function runOf({ tenant, runId }: ToolContext): BrowserRun {
  return { tenant, runId };
}
