import type { CallDeps, CheckedCall } from '../call.ts';
import { keyOf } from '../sandboxes.ts';

/** Keeps the file history of one call. Neither of the two ever fails: a call does not depend on its history. */
export interface WatchedCall {
  /** Before the tool begins. */
  begin(): Promise<void>;
  /** After it has ended, before anybody hears of it. */
  end(): Promise<void>;
}

/** Watches a call; one that only reads is left alone. */
export function watchCall(call: CheckedCall, { history, logger }: Pick<CallDeps, 'history' | 'logger'>): WatchedCall {
  const { module, args, request } = call;
  const { runId, actionId, attempt, mounts } = request;
  const reads = (module.effectOf?.(args) ?? module.effect) === 'read';
  const run = { key: keyOf({ caller: request.caller, runId }), workspace: mounts?.workspace ?? '' };
  const watch = async (work: () => Promise<unknown>): Promise<void> => {
    if (reads) return;
    try {
      await work();
    } catch (error) {
      logger.error(
        { err: error, run_id: runId, action_id: actionId },
        'The files that a call changed could not be recorded. The call itself is not affected; the next one records them.',
      );
    }
  };
  return {
    begin: () => watch(() => history.begin(run)),
    end: () =>
      watch(async () => {
        const complete = await history.record(run, { actionId, attempt });
        if (complete) return;
        logger.warn(
          { run_id: runId, action_id: actionId },
          'The workspace holds more than is looked at; the file history of the run leaves something out.',
        );
      }),
  };
}
