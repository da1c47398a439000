/** The record of what the processes of sandboxes do and try, and the rules that alert or kill (SB-3). */
import type { AuditRecord } from './audit-record.ts';
import { openTracerAudit, whyNoTracer } from './tracer-audit.ts';
import { Recorder } from './recorder.ts';
import type { AuditRule } from './rules.ts';
import { openStraceAudit } from './strace-audit.ts';
import { findProgram } from '../host/find-program.ts';

export type { AuditEvent, AuditRecord } from './audit-record.ts';
export { type AuditRule, DEFAULT_RULES } from './rules.ts';

/** Whose processes are recorded. */
export interface AuditTarget {
  /** The id of the sandbox's group (the inode number of its folder), below the parent group. */
  readonly cgroupId?: bigint;
  readonly sandboxId: string;
  readonly tenant: string;
  readonly runId?: string;
  readonly actionId?: string;
}

/** Time: wall time in epoch milliseconds, and milliseconds that never go back. */
export interface AuditClock {
  readonly now: () => number;
  readonly monotonic: () => number;
}

/** The audit of one service. */
export interface Audit {
  /** `ebpf`: by group, in the kernel. `strace`: of commands that went through `wrap`. `none`: nothing is recorded. */
  readonly kind: 'ebpf' | 'strace' | 'none';
  /** Why it is not `ebpf`. */
  readonly why?: string;
  /**
   * Records what the sandbox's processes do from now on. Called when the engine has built the sandbox, or its mounts
   * would be recorded as the sandbox's. Called again, it names another run or action for what comes.
   *
   * Throws NOT_FOUND when there is no such group below the parent; the audit of other sandboxes goes on.
   */
  watch(target: AuditTarget): Promise<void>;
  /** Records nothing more of it. What it did before and is still on its way is recorded. */
  unwatch(sandboxId: string): void;
  /** Only for `strace`: the command that has to be started in place of `argv`. The sandbox is watched already. */
  wrap?(sandboxId: string, argv: readonly string[]): string[];
  stats(): AuditStats;
  /** Ends the recording. No process of it is left when this resolves. */
  close(): Promise<void>;
}

/** Counted since the service started. */
export interface AuditStats {
  /** Records that were made. */
  readonly events: number;
  /** Records that the kernel had no room for, or that could not be read. */
  readonly lost: number;
  /** Records beyond what one sandbox may make of one kind in a second. */
  readonly suppressed: number;
}

export interface AuditOptions {
  /** Folder of the unified group that is the parent of every sandbox's group. It exists. */
  readonly parentCgroup: string;
  readonly rules: readonly AuditRule[];
  readonly onRecord: (record: AuditRecord) => void;
  /** A rule says `kill`. Called after `onRecord`, for each such record. */
  readonly onKill: (sandboxId: string, record: AuditRecord) => void;
  readonly clock: AuditClock;
  /** Records of one kind that one sandbox may make in a second; the rest is counted. Default 200. */
  readonly perSecond?: number;
  /** Takes only this way, and says in `why` when it is not there. Left out: the best that works. */
  readonly only?: 'ebpf' | 'strace';
}

const PER_SECOND = 200;

/**
 * Starts the audit in the best way that works here. Attaching takes 5 to 20 seconds, once for a service. Called from
 * the main thread: bpftrace ends with the thread that started it.
 *
 * Never throws because a way is missing: `kind` and `why` tell it, and the operator decides.
 */
export async function openAudit(options: AuditOptions): Promise<Audit> {
  const recorder = new Recorder(options);
  const perSecond = options.perSecond ?? PER_SECOND;
  let why = 'only strace was asked for';
  if (options.only !== 'strace') {
    const missing = await whyNoTracer();
    const opened =
      missing ??
      (await openTracerAudit({ recorder, parentCgroup: options.parentCgroup, clock: options.clock, perSecond }));
    if (typeof opened !== 'string') return opened;
    why = opened;
  }
  if (options.only === 'ebpf') return noAudit(`${why}; strace was not asked for`);
  const strace = await findProgram('strace');
  if (strace === undefined) return noAudit(`${why}; strace is not installed either`);
  return openStraceAudit({ recorder, strace, why, clock: options.clock, perSecond });
}

function noAudit(why: string): Audit {
  return {
    kind: 'none',
    why,
    watch: () => Promise.resolve(),
    unwatch: () => undefined,
    stats: () => ({ events: 0, lost: 0, suppressed: 0 }),
    close: () => Promise.resolve(),
  };
}
