import { createHash } from 'node:crypto';

import { create, HoldfastError, type MemoryApi, memorypb } from '@holdfast/protocol';
import { z } from 'zod';

import { callerOf, seenBy, shown } from '../../memory/common.ts';
import type { SkillProvider } from './provider.ts';

const SearchSchema = z.object({ query: z.string().trim().min(1).max(2000), limit: z.int().min(1).max(50).default(10) });
const AddSchema = z.object({ text: z.string().trim().min(1).max(4000) });

/**
 * The memory of the person whose run calls the skill. What a skill adds is as trusted as what was read somewhere, and is
 * kept once however often the call is repeated.
 */
export function memoryProvider(memory: MemoryApi): SkillProvider {
  return {
    async ask(method, args, { call, skill }) {
      if (!call) {
        throw new HoldfastError('FAILED_PRECONDITION', 'Memory belongs to a person: there is none outside of a call.');
      }
      const { context } = call;
      const caller = callerOf(context);
      const options = { signal: context.signal };
      if (method === 'search') {
        const { query, limit } = SearchSchema.parse(args);
        const filter = seenBy(context);
        const request = create(memorypb.RecallRequestSchema, { caller, query, limit, filter, strengthen: true });
        const { hits } = await memory.recall(request, options);
        return hits.flatMap(({ memory: found, score }) => (found ? [{ ...shown(found), score }] : []));
      }
      if (method !== 'add') throw new HoldfastError('INVALID_ARGUMENT', 'Memory can be searched and added to.');
      const { text } = AddSchema.parse(args);
      const named = JSON.stringify([context.tenant, context.idempotencyKey, skill, text]);
      const draft = {
        id: `mem_${createHash('sha256').update(named).digest('hex').slice(0, 32)}`,
        scope: { user: context.user },
        text,
        provenance: {
          trust: memorypb.Trust.OUTSIDE,
          origin: 'tool',
          runId: context.runId,
          actionId: context.actionId,
          author: `skill:${skill}`,
        },
      };
      await memory.remember(create(memorypb.RememberRequestSchema, { caller, memories: [draft] }), options);
      return null;
    },
  };
}
