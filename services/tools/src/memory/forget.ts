import { create, HoldfastError, type MemoryApi, memorypb } from '@holdfast/protocol';
import { z } from 'zod';

import { defineTool, type ToolContext, type ToolModule } from '../tool.ts';
import { callerOf, seenBy } from './common.ts';

const parameters = z.strictObject({
  ids: z.array(z.string().min(1).max(200)).min(1).max(50).describe('Ids of memories, as recall tells them.'),
});

/** Archives memories of the run's user: a person can restore them. Erasing is for people. Repeating it changes nothing. */
export function forgetTool(memory: MemoryApi): ToolModule {
  return defineTool({
    name: 'forget',
    source: 'memory',
    description:
      'Archives memories that are wrong or out of date: they are recalled no more, and a person can restore them. Only memories of this user; nothing is erased.',
    parameters,
    effect: 'idempotent',
    approval: 'none',
    timeoutMs: 30_000,
    async run({ ids }, context) {
      const wanted = [...new Set(ids)];
      const kept: { id: string; reason: string }[] = [];
      const archive: string[] = [];
      for (const id of wanted) {
        const reason = await whyKept(memory, id, context);
        if (reason === undefined) archive.push(id);
        else kept.push({ id, reason });
      }
      if (archive.length > 0) {
        const request = create(memorypb.ChangeStateRequestSchema, {
          caller: callerOf(context),
          ids: archive,
          state: memorypb.MemoryState.ARCHIVED,
          filter: seenBy(context),
        });
        await memory.changeState(request, { signal: context.signal });
      }
      if (archive.length > 0 || kept.length === 0) return { ok: true, value: { archived: archive, kept } };
      const message = `Nothing was archived. ${kept.map(({ id, reason }) => `${id}: ${reason}`).join(' ')}`;
      return { ok: false, code: 'FAILED_PRECONDITION', message, value: { archived: archive, kept } };
    },
  });
}

/** Why a memory is not the agent's to archive; undefined: it is. */
async function whyKept(memory: MemoryApi, id: string, context: ToolContext): Promise<string | undefined> {
  const request = create(memorypb.GetMemoryRequestSchema, {
    caller: callerOf(context),
    id,
    filter: seenBy(context),
  });
  try {
    const { memory: found } = await memory.getMemory(request, { signal: context.signal });
    if (found?.scope?.user !== context.user) return 'It belongs to everybody: only a person can archive it.';
    if (found.pinned) return 'A person has pinned it.';
    if (found.state === memorypb.MemoryState.QUARANTINED) return 'It is in quarantine: a person decides about it.';
    return undefined;
  } catch (error) {
    if (HoldfastError.has(error, 'NOT_FOUND')) return 'There is no such memory.';
    throw error;
  }
}
