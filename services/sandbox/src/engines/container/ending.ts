import { formatBytes } from '../../quotas/format.ts';
import type { BoxEnding } from '../engine.ts';
import type { ContainerState } from './container.ts';

/** Why a box has ended that nobody had destroyed. */
export function endingOf(seen: {
  /** The engine's name for people. */
  readonly title: string;
  /** Undefined where the engine could not be asked. */
  readonly state: ContainerState | undefined;
  readonly oomKills: number;
  readonly memoryBytes: number;
}): BoxEnding {
  const { title, state } = seen;
  if (state?.isOutOfMemory || seen.oomKills > 0) {
    return {
      reason: 'quota',
      quota: 'memory',
      message: `The sandbox used up its memory quota of ${formatBytes(seen.memoryBytes)}: the kernel ended it.`,
    };
  }
  const what = state
    ? `with exit code ${state.exitCode}: it was ended from outside, as when ${title} is started anew`
    : `and ${title} cannot be asked why: it does not answer, or has removed it`;
  return {
    reason: 'died',
    message: `The container of the sandbox has ended, ${what}. Its workspace is kept; create a new sandbox.`,
  };
}
