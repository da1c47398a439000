/** What a process of a sandbox did or tried, by class. The last three tell what is missing from the record itself. */
export const AUDIT_EVENTS = [
  'exec',
  'open',
  'connect',
  'ptrace',
  'mount',
  'umount',
  'setns',
  'unshare',
  'clone',
  'bpf',
  'module',
  'keyring',
  'identity',
  'memory',
  'handle',
  'io_uring',
  'userfaultfd',
  'perf',
  'kexec',
  'seccomp',
  'lost',
  'suppressed',
  'gap',
] as const;

/** The class of one record. */
export type AuditEvent = (typeof AUDIT_EVENTS)[number];

/** One step of a process of a sandbox, as it was seen by the kernel. */
export interface AuditRecord {
  /** Epoch milliseconds at which the call returned. */
  readonly at: number;
  readonly sandboxId: string;
  readonly tenant: string;
  readonly runId?: string;
  readonly actionId?: string;
  /** As the host counts processes; 0 when the record is of no single process. */
  readonly pid: number;
  /** The name that the process gives itself: chosen by it, at most 15 bytes. */
  readonly command: string;
  readonly event: AuditEvent;
  /** The system call and its arguments. Text from the process is quoted as in JSON. */
  readonly detail: string;
  /** `ok`, or the name of the error such as `EPERM`. Left out where it is not known. */
  readonly result?: string;
  readonly verdict?: 'alert' | 'kill';
  /** The rule that gave the verdict. */
  readonly rule?: string;
}

/** What was seen before it is known whose it is. */
export interface Sighting {
  readonly pid: number;
  readonly command: string;
  readonly event: AuditEvent;
  readonly detail: string;
  readonly result?: string;
}
