import { commonpb, create } from '@holdfast/protocol';

import type { Created } from '../journal/record.ts';

/** In whose name memory is asked for a run. */
export function callerOfRun({ tenant, createdBy, user = '', traceparent }: Created): commonpb.Caller {
  return create(commonpb.CallerSchema, { tenant, subject: createdBy, user, traceparent });
}

/** Whose memories a run sees: those of its person, and everybody's; of its agent, and of all. */
export function scopeOfRun({ createdBy, user, agent }: Created): { readonly user: string; readonly agent: string } {
  return { user: user ?? createdBy, agent };
}

const SESSION_TAG = 'session:';

/** The conversation that a run was tagged with, as `session:<name>`; undefined: none. */
export function conversationOf({ tags }: Created): string | undefined {
  const tag = tags.find((one) => one.startsWith(SESSION_TAG) && one.length > SESSION_TAG.length);
  return tag?.slice(SESSION_TAG.length);
}
