import { create, type MemoryApi, memorypb } from '@holdfast/protocol';
import { z } from 'zod';

import { defineTool, type ToolModule } from '../tool.ts';
import { callerOf, momentArgument, NOTE, seenBy, shown } from './common.ts';

/** What an answer may take of a model's attention, tokens. */
const BUDGET_TOKENS = 4000;

const KINDS = {
  fact: memorypb.MemoryKind.FACT,
  experience: memorypb.MemoryKind.EXPERIENCE,
  turn: memorypb.MemoryKind.TURN,
  document: memorypb.MemoryKind.CHUNK,
  summary: memorypb.MemoryKind.SUMMARY,
} as const;

const parameters = z.strictObject({
  query: z.string().trim().min(1).max(2000).describe('What you want to know, in your own words; names help.'),
  limit: z.int().min(1).max(30).default(8),
  kinds: z
    .array(z.enum(['fact', 'experience', 'turn', 'document', 'summary']))
    .max(5)
    .default([])
    .describe('Only these. Left out: all.'),
  since: momentArgument.optional().describe('Only what took place then or later, such as 2026-03-01.'),
  until: momentArgument.optional().describe('Only what took place before.'),
});

/** Finds memories that the run's user may see. What is found counts as recalled, and fades more slowly. */
export function recallTool(memory: MemoryApi): ToolModule {
  return defineTool({
    name: 'recall',
    source: 'memory',
    description:
      'Searches what was remembered in earlier runs, and the documents that were given to memory. Each memory is told with its id, time and source.',
    parameters,
    effect: 'read',
    approval: 'none',
    timeoutMs: 30_000,
    async run({ query, limit, kinds, since, until }, context) {
      const filter = seenBy(context);
      filter.kinds = kinds.map((kind) => KINDS[kind]);
      filter.since = since === undefined ? 0 : Date.parse(since);
      filter.until = until === undefined ? 0 : Date.parse(until);
      const request = create(memorypb.RecallRequestSchema, {
        caller: callerOf(context),
        query,
        filter,
        limit,
        budgetTokens: BUDGET_TOKENS,
        strengthen: true,
      });
      const { hits, missing } = await memory.recall(request, { signal: context.signal });
      const memories = hits.flatMap(({ memory: found, context: around }) => {
        if (!found) return [];
        return [{ ...shown(found), ...(around === '' || around === found.text ? {} : { context: around }) }];
      });
      const lost = missing.map(({ source, reason }) => `${source}: ${reason}`);
      return { ok: true, value: { note: NOTE, memories, ...(lost.length === 0 ? {} : { not_searched: lost }) } };
    },
  });
}
