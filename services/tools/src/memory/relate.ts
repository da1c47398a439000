import { create, type MemoryApi, memorypb } from '@holdfast/protocol';
import { z } from 'zod';

import { defineTool, type ToolModule } from '../tool.ts';
import { callerOf, draftOf, momentArgument, onlyThisAgent, sourceArgument } from './common.ts';

/** How sure a relation is: as sure as a memory of the same source. */
const CONFIDENCE = { own: 0.7, outside: 0.5 } as const;

const name = z.string().trim().min(1).max(200);
const type = z.string().trim().max(40).default('').describe('person, place, organisation, project, thing ...');
const parameters = z.strictObject({
  subject: name.describe('Who or what, by its name.'),
  predicate: z.string().trim().min(1).max(100).describe('A short verb phrase in lower case, such as "works at".'),
  object: name.describe('By its name, such as "Acme".'),
  subject_type: type,
  object_type: type,
  from: momentArgument.optional().describe('Since when it holds.'),
  until: momentArgument.optional().describe('Until when it held.'),
  one_at_a_time: z
    .boolean()
    .default(false)
    .describe('The subject has one object at a time by this predicate: another one that still holds contradicts it.'),
  source: sourceArgument,
  evidence: z.string().max(2000).default('').describe('The words that it rests on.'),
  only_this_agent: onlyThisAgent,
});

/**
 * Keeps a relation, and the fact that it rests on: so it has a source, is erased with it, and what the defences would not
 * let in as a memory does not come in as a relation either. Repeated, it adds nothing.
 */
export function relateTool(memory: MemoryApi): ToolModule {
  return defineTool({
    name: 'relate',
    source: 'memory',
    description:
      'Keeps how two people, places, organisations, projects or things belong together, such as "Alice" "works at" "Acme". It is also remembered as a fact. What says otherwise is kept beside it and told.',
    parameters,
    effect: 'idempotent',
    approval: 'none',
    timeoutMs: 30_000,
    async run(args, context) {
      const { subject, predicate, object, source, evidence, from, until, only_this_agent: own } = args;
      const caller = callerOf(context);
      const validFrom = from === undefined ? 0 : Date.parse(from);
      const fact = draftOf(context, {
        text: `${subject} ${predicate} ${object}.`,
        kind: memorypb.MemoryKind.FACT,
        source,
        evidence,
        at: validFrom,
        onlyThisAgent: own,
      });
      const { remembered } = await memory.remember(
        create(memorypb.RememberRequestSchema, { caller, memories: [fact] }),
        { signal: context.signal },
      );
      const kept = remembered[0]?.memory;
      if (!kept || kept.state === memorypb.MemoryState.QUARANTINED) {
        const message = `Nothing was related. It is kept apart until a person releases it: ${kept?.quarantineReason ?? ''}`;
        return { ok: false, code: 'REFUSED', message, ...(kept ? { value: { memory_id: kept.id } } : {}) };
      }
      const { scope } = fact;
      const request = create(memorypb.RelateRequestSchema, {
        caller,
        ...(scope ? { scope } : {}),
        subject,
        predicate,
        object,
        subjectType: args.subject_type,
        objectType: args.object_type,
        validFrom,
        validUntil: until === undefined ? 0 : Date.parse(until),
        confidence: CONFIDENCE[source],
        memoryIds: [kept.id],
        exclusive: args.one_at_a_time,
      });
      const made = await memory.relate(request, { signal: context.signal });
      const contradicts = made.contradicts.map(({ id }) => id);
      return {
        ok: true,
        value: {
          relation: made.relation?.id ?? '',
          memory_id: kept.id,
          subject: made.subject?.name ?? subject,
          predicate,
          object: made.object?.name ?? object,
          ...(contradicts.length === 0 ? {} : { contradicts }),
        },
      };
    },
  });
}
