import { type BrowserApi, browserpb, type commonpb, create, HoldfastError } from '@holdfast/protocol';
import type { Clock } from '@holdfast/telemetry';

import type { BrowserRun } from '../browser.ts';
import type { PageCdp } from '../engines/engine.ts';
import type { RunSession } from '../run-session.ts';
import type { OpenBrowser, RunBrowsers } from '../service.ts';
import { dispatch } from './input.ts';
import { liveFrames } from './live-view.ts';

/** Who may look at one run at once. */
const MOST_VIEWERS = 4;
const MOST_INPUTS = 100;

interface Hands {
  readonly identity: unknown;
  readonly cdp: Promise<PageCdp>;
}

/** The browsers of runs as people see them: a list, a live view, and their own hands on it. */
export function browserApi(browsers: RunBrowsers, clock: Clock): BrowserApi {
  const viewers = new WeakMap<RunSession, number>();
  const hands = new WeakMap<RunSession, Hands>();

  /** One connection for all that a person does on one page. */
  const handsOn = (session: RunSession): Promise<PageCdp> => {
    const identity = session.context.identity();
    const known = hands.get(session);
    if (known && known.identity === identity) return known.cdp;
    // The page of the connection before may have gone away, and the connection with it.
    if (known) known.cdp.then((cdp) => cdp.detach()).catch(() => undefined);
    const cdp = session.context.cdp();
    hands.set(session, { identity, cdp });
    return cdp;
  };
  const stateOf = async (run: BrowserRun): Promise<browserpb.Browser> => {
    const found = (await browsers.list(run.tenant)).find((open) => open.run.runId === run.runId);
    if (!found) throw new HoldfastError('NOT_FOUND', `The run ${run.runId} has no browser open.`);
    return browserOf(found);
  };

  return {
    async listBrowsers({ caller }) {
      const open = await browsers.list(caller?.tenant ?? '');
      return create(browserpb.ListBrowsersResponseSchema, { browsers: open.map(browserOf) });
    },

    async takeOver({ caller, runId }) {
      const run = runOf(caller, runId);
      const { turns, session } = browsers.placeOf(run);
      turns.takeOver({ subject: caller?.subject ?? '', since: clock.now() });
      // A person wants to see it.
      await session.context.page.complete();
      return create(browserpb.TakeOverResponseSchema, { browser: await stateOf(run) });
    },

    async resume({ caller, runId }) {
      const run = runOf(caller, runId);
      browsers.placeOf(run).turns.resume();
      return create(browserpb.ResumeResponseSchema, { browser: await stateOf(run) });
    },

    async act({ caller, runId, inputs }) {
      const { session, turns } = browsers.placeOf(runOf(caller, runId));
      if (turns.takeover?.subject !== (caller?.subject ?? '')) {
        const message = 'You do not have this browser. Nothing was done. Take it over first.';
        throw new HoldfastError('FAILED_PRECONDITION', message);
      }
      if (inputs.length > MOST_INPUTS) {
        throw new HoldfastError(
          'INVALID_ARGUMENT',
          `At most ${MOST_INPUTS} inputs are taken at once. Nothing was done.`,
        );
      }
      const cdp = await handsOn(session);
      for (const input of inputs) await dispatch(cdp, input);
      return create(browserpb.ActResponseSchema);
    },

    async *watchBrowser({ caller, runId }, options) {
      const { session } = browsers.placeOf(runOf(caller, runId));
      const count = viewers.get(session) ?? 0;
      if (count >= MOST_VIEWERS) {
        const message = `${MOST_VIEWERS} people look at this browser, which is as many as may. Try again when one has left.`;
        throw new HoldfastError('RATE_LIMITED', message, { details: { retry_after_ms: 5000 } });
      }
      viewers.set(session, count + 1);
      const left = new AbortController();
      const signal = options?.signal ? AbortSignal.any([left.signal, options.signal]) : left.signal;
      try {
        for await (const { jpeg, url } of liveFrames(session, signal)) {
          yield create(browserpb.WatchBrowserResponseSchema, { jpeg, url });
        }
      } finally {
        left.abort();
        viewers.set(session, (viewers.get(session) ?? 1) - 1);
      }
    },
  };
}

function runOf(caller: commonpb.Caller | undefined, runId: string): BrowserRun {
  return { tenant: caller?.tenant ?? '', runId };
}

function browserOf({ run, decision, url, title, openedAt, takeover }: OpenBrowser): browserpb.Browser {
  return create(browserpb.BrowserSchema, {
    runId: run.runId,
    engine: decision.engine,
    reason: decision.reason,
    url,
    title,
    openedAt,
    takenOverBy: takeover?.subject ?? '',
    takenOverAt: takeover?.since ?? 0,
  });
}
