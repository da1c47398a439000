import type { ServerContext } from '@modelcontextprotocol/server';

/** Between two notices, milliseconds: a client that stalls must not have them pile up. */
const EVERY_MS = 250;

/** Tells a client how far its call is. Does nothing for a client that did not ask for it. */
export function progressTo(ctx: ServerContext, now: () => number): (message: string) => Promise<void> {
  const progressToken = ctx.mcpReq._meta?.progressToken;
  let progress = 0;
  let last = Number.NEGATIVE_INFINITY;
  return async (message) => {
    if (progressToken === undefined || now() - last < EVERY_MS || ctx.mcpReq.signal.aborted) return;
    last = now();
    progress += 1;
    await ctx.mcpReq.notify({ method: 'notifications/progress', params: { progressToken, progress, message } });
  };
}
