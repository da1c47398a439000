import { setTimeout as sleep } from 'node:timers/promises';

import type { JsonObject } from '@holdfast/protocol';

import { textOf } from '../cdp/message.ts';
import type { PageCdp } from '../engines/engine.ts';
import type { RunSession } from '../run-session.ts';

/** A picture of the page as it is. */
export interface Frame {
  readonly jpeg: Uint8Array;
  readonly url: string;
}

const CAST = { format: 'jpeg', quality: 60, maxWidth: 1280, maxHeight: 1280, everyNthFrame: 1 };
/** So often it is looked whether the view still shows the page that the run is on. */
const LOOK_MS = 500;

/**
 * The page of a run as it changes, until the session ends or `signal` is aborted. A reader that is slow misses pictures,
 * never the newest one: one waits at most. It follows the run to other tabs and to another engine.
 */
export async function* liveFrames(session: RunSession, signal: AbortSignal): AsyncGenerator<Frame> {
  while (!signal.aborted && !session.lost) {
    const shown = session.context.identity();
    if (shown === undefined) {
      // The page has crashed; the next navigation brings another one.
      await pause(LOOK_MS, signal);
      continue;
    }
    const cdp = await session.context.cdp();
    try {
      yield* cast(cdp, session, () => session.context.identity() === shown, signal);
    } finally {
      // A page that has gone has taken its session along.
      cdp.detach().catch(() => undefined);
    }
  }
}

async function* cast(
  cdp: PageCdp,
  session: RunSession,
  isShown: () => boolean,
  signal: AbortSignal,
): AsyncGenerator<Frame> {
  let newest: Frame | undefined;
  let wake = Promise.withResolvers<void>();
  cdp.on('Page.screencastFrame', (params: JsonObject) => {
    newest = { jpeg: Buffer.from(textOf(params['data']), 'base64'), url: session.context.page.url() };
    // Not answered where the page goes away at this moment.
    cdp.send('Page.screencastFrameAck', { sessionId: params['sessionId'] ?? 0 }).catch(() => undefined);
    wake.resolve();
  });
  await cdp.send('Page.startScreencast', CAST);
  while (!signal.aborted && !session.lost && isShown()) {
    await Promise.race([wake.promise, pause(LOOK_MS, signal)]);
    wake = Promise.withResolvers<void>();
    const frame = newest;
    newest = undefined;
    if (frame) yield frame;
  }
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  await sleep(ms, undefined, { signal, ref: false }).catch(() => undefined);
}
