import type { JsonObject } from '@holdfast/protocol';

import { textOf } from '../cdp/message.ts';
import type { CdpMux } from '../cdp/mux.ts';

/** Says of each frame in which process it is; nothing else of the protocol does. */
const EVENT = 'TracingStartedInBrowser';
const TRACE = {
  transferMode: 'ReportEvents',
  traceConfig: { includedCategories: ['disabled-by-default-devtools.timeline'], excludedCategories: ['*'] },
};
const WAIT_MS = 5000;

/**
 * The context that each process with pages belongs to: two contexts never share one. It takes about 50 ms for each page,
 * so it is asked only where memory runs high.
 */
export async function ownersOfProcesses(mux: CdpMux): Promise<ReadonlyMap<number, string>> {
  const owners = new Map<number, string>();
  const { targetInfos } = await mux.browser.send('Target.getTargets');
  const session = await mux.session();
  try {
    for (const { type, targetId, browserContextId } of targetInfos as JsonObject[]) {
      if (type !== 'page' || typeof browserContextId !== 'string' || typeof targetId !== 'string') continue;
      const { sessionId } = await session.send('Target.attachToTarget', { targetId, flatten: true });
      for (const pid of await processesOf(session, textOf(sessionId))) owners.set(pid, browserContextId);
      await session.send('Target.detachFromTarget', { sessionId: sessionId ?? '' });
    }
  } finally {
    session.close();
  }
  return owners;
}

async function processesOf(session: Awaited<ReturnType<CdpMux['session']>>, sessionId: string): Promise<number[]> {
  const pids: number[] = [];
  const { promise: complete, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, WAIT_MS);
  const stop = session.on((method, params) => {
    if (method === 'Tracing.tracingComplete') resolve();
    if (method !== 'Tracing.dataCollected') return;
    for (const { name, args } of params['value'] as JsonObject[]) {
      if (name !== EVENT) continue;
      const { frames = [] } = ((args as JsonObject)['data'] ?? {}) as { frames?: JsonObject[] };
      for (const { processId } of frames) if (typeof processId === 'number') pids.push(processId);
    }
  });
  try {
    await session.send('Tracing.start', TRACE, sessionId);
    await session.send('Tracing.end', {}, sessionId);
    await complete;
  } finally {
    clearTimeout(timer);
    stop();
  }
  return pids;
}
