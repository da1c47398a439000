import { z } from 'zod';

import { defineTool, type ToolModule } from '../../tool.ts';
import { runOf, type VerbDeps } from './deps.ts';
import { framed } from './frame.ts';
import { VERB_TIMEOUT_MS } from './parameters.ts';
import { reported } from './report.ts';

const common = {
  source: 'browser',
  deferred: true,
  effect: 'read',
  approval: 'none',
  timeoutMs: VERB_TIMEOUT_MS,
} as const;
const limit = z.number().int().min(1).max(500).default(50).describe('The latest so many.');
const MAX_TEXT = 500;
const ERRORS = new Set(['error', 'exception', 'assert']);

/** What the page said and asked for. */
export function logTools(deps: VerbDeps): readonly ToolModule[] {
  const { secrets } = deps;
  const said = defineTool({
    ...common,
    name: 'browser_console',
    description: 'Shows what the page wrote to its console, and its uncaught errors.',
    parameters: z.strictObject({ level: z.enum(['all', 'errors']).default('all'), limit }),
    run: ({ level, limit: most }, context) =>
      reported(deps, context, 'console', () =>
        deps.browser.read(runOf(context), context.signal, async (page) => {
          const all = page.console().filter((entry) => level === 'all' || ERRORS.has(entry.level));
          const lines = all.slice(-most).map((entry) => {
            const where = entry.where === '' ? '' : ` (${short(secrets.redact(entry.where))})`;
            return `${entry.level}: ${short(secrets.redact(entry.text))}${where}`;
          });
          const text = lines.length === 0 ? '' : framed(lines.join('\n'), page.url(), context.idempotencyKey);
          return { value: { url: page.url(), count: all.length, console: text } };
        }),
      ),
  });
  const asked = defineTool({
    ...common,
    name: 'browser_network',
    description: 'Shows the requests that the page made: method, address, type, status, or why there was no answer.',
    parameters: z.strictObject({
      filter: z.string().min(1).max(500).optional().describe('A part of the address.'),
      failed: z.boolean().default(false).describe('Only those without an answer, or with one of 400 and above.'),
      limit,
    }),
    run: ({ filter, failed, limit: most }, context) =>
      reported(deps, context, 'network', () =>
        deps.browser.read(runOf(context), context.signal, async (page) => {
          const all = page
            .network()
            .filter(({ url }) => filter === undefined || url.includes(filter))
            .filter(({ status, failure }) => !failed || failure !== '' || status >= 400);
          const lines = all.slice(-most).map(({ method, url, type, status, failure }) => {
            const answer = failure === '' ? (status === 0 ? 'no answer yet' : String(status)) : failure;
            return `${method} ${short(secrets.redact(url))} (${type}): ${answer}`;
          });
          const text = lines.length === 0 ? '' : framed(lines.join('\n'), page.url(), context.idempotencyKey);
          return { value: { url: page.url(), count: all.length, requests: text } };
        }),
      ),
  });
  return [said, asked];
}

function short(text: string): string {
  return text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}...` : text;
}
