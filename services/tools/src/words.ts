import { commonpb, toolspb } from '@holdfast/protocol';

import type { Effect } from './tool.ts';

/** Effects as they cross the protocol. */
export const EFFECTS: Record<Effect, commonpb.Effect> = {
  read: commonpb.Effect.READ,
  idempotent: commonpb.Effect.IDEMPOTENT,
  write: commonpb.Effect.WRITE,
};

/** Approvals as they cross the protocol. */
export const APPROVALS = { none: toolspb.Approval.NONE, always: toolspb.Approval.ALWAYS } as const;
