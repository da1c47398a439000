import { z } from 'zod';

/** An element of the last snapshot. */
export const ref = z
  .string()
  .regex(/^(?:f\d+)?e\d+$/, 'a reference of the last snapshot, such as e12')
  .describe('The element, by its reference in the last snapshot: e12 for [ref=e12].');

/** How a dialog that the action opens is answered. */
export const dialog = z
  .strictObject({ accept: z.boolean(), text: z.string().max(10_000).optional().describe('For a prompt.') })
  .optional()
  .describe('How a dialog that this opens is answered. Left out: alerts are accepted, all else is dismissed.');

/** Where a file is saved. */
export const savePath = z
  .string()
  .min(1)
  .max(1000)
  .optional()
  .describe('Where it is saved: relative to /workspace. Left out: below /workspace/.holdfast/browser.');

/** How much text is shown. */
export const maxChars = z
  .number()
  .int()
  .min(200)
  .max(100_000)
  .default(20_000)
  .describe('Characters to show at most; all of it is kept in a file.');

/** Time-out of a verb, milliseconds. */
export const VERB_TIMEOUT_MS = 120_000;
