import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import { saveFile } from '../../files/save.ts';
import type { ToolContext, ToolOutcome } from '../../tool.ts';
import type { ReadingPage } from '../page.ts';
import type { VerbDeps } from './deps.ts';

/** What a verb has to say, and what it saves. */
export interface Report {
  readonly value: JsonObject;
  readonly artifacts?: readonly string[];
  /** A picture of the page, to be saved under the name of the step. */
  readonly picture?: Uint8Array;
  /** Why there is none. */
  readonly noPicture?: string;
}

/**
 * Does what a verb does, saves its picture, and takes every revealed secret out of what comes back: results and errors.
 *
 * @param name of the step's picture, without its number
 */
export async function reported(
  { secrets, steps }: VerbDeps,
  context: ToolContext,
  name: string,
  work: () => Promise<Report>,
): Promise<ToolOutcome> {
  try {
    const { value, artifacts = [], picture, noPicture } = await work();
    const saved = [...artifacts];
    if (picture) saved.push(await saveFile(context, await steps.path(context, `${name}.png`), picture));
    const more = noPicture === undefined ? {} : { no_picture: noPicture };
    return { ok: true, value: secrets.redactAll({ ...value, ...more }), artifacts: saved };
  } catch (error) {
    if (!secrets.isInUse) throw error;
    const { code, message, details } = HoldfastError.from(
      error,
      'TOOL_FAILED',
      'The browser failed inside. Take a snapshot to see what is there now.',
    );
    // Without the cause: what drives the browser writes into it what it was told to type.
    throw new HoldfastError(code, secrets.redact(message), {
      details: secrets.redactAll({ ...details }),
    });
  }
}

/** Saves what is too long to show. Text is cleaned of secrets first. @returns its path */
export async function saveText(deps: VerbDeps, context: ToolContext, path: string, text: string): Promise<string> {
  return saveFile(context, path, Buffer.from(deps.secrets.redact(text)));
}

/** A picture of the page, unless it would show a secret: what a page repeats as text cannot be blotted out of it. */
export async function pictureOf(
  { secrets }: VerbDeps,
  page: ReadingPage,
  options: Parameters<ReadingPage['screenshot']>[0] = {},
): Promise<{ readonly picture: Uint8Array } | { readonly noPicture: string }> {
  if (secrets.isInUse && secrets.isIn(Buffer.from(await page.html()))) return { noPicture: SHOWS_SECRET };
  return { picture: await page.screenshot(options) };
}

/** Why there is no picture. */
export const SHOWS_SECRET = 'The page shows a secret that was typed. No picture was taken.';
