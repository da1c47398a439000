import type { AuditEvent, Sighting } from './audit-record.ts';

/** What is done when a record is of this kind. The first rule that matches decides. */
export interface AuditRule {
  /** Named in the record. */
  readonly name: string;
  readonly event: AuditEvent;
  /** Has to occur in the detail; left out: any. */
  readonly match?: RegExp;
  readonly verdict: 'alert' | 'kill';
}

const ALERTING: readonly AuditEvent[] = [
  'bpf',
  'clone',
  'gap',
  'handle',
  'io_uring',
  'kexec',
  'keyring',
  'lost',
  'memory',
  'module',
  'mount',
  'perf',
  'ptrace',
  'seccomp',
  'setns',
  'suppressed',
  'umount',
  'unshare',
  'userfaultfd',
];

/** The rules that are shipped: each try to get out of the sandbox, and each hole in the record, is an alert. */
export const DEFAULT_RULES: readonly AuditRule[] = ALERTING.map((event) => ({ name: event, event, verdict: 'alert' }));

/** The first rule that matches, or undefined. */
export function judge(rules: readonly AuditRule[], seen: Sighting): AuditRule | undefined {
  return rules.find(
    ({ event, match }) => event === seen.event && (match === undefined || seen.detail.search(match) >= 0),
  );
}
