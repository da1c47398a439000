import type { Attack } from './attack.ts';

/** What came of an attempt. */
export interface Verdict {
  /** Whether it failed, as it has to. */
  readonly held: boolean;
  /** What was seen, in one line. */
  readonly evidence: string;
}

/** The classes of attempts, in the order that they are run. */
export const CLASSES = [
  'namespaces',
  'capabilities',
  'seccomp',
  'proc-and-sys',
  'cgroups',
  'devices',
  'files',
  'host-sockets',
  'network',
  'egress',
  'neighbours',
  'setuid',
  'signals',
  'terminal',
  'agent',
  'bombs',
] as const;

export type ProbeClass = (typeof CLASSES)[number];

/** One attempt to get out, or to harm who is beside. */
export interface Probe {
  /** Small letters and dashes; the same for ever. */
  readonly id: string;
  readonly class: ProbeClass;
  /** What is attempted. */
  readonly title: string;
  /**
   * In a virtual machine: `boundary` where what holds is the machine or the platform; `guest` where it is the same, but
   * dear in software emulation (only with --all); `kernel` where the attempt is on a kernel that is the guest's own there.
   */
  readonly inGuest: 'boundary' | 'guest' | 'kernel';
  /**
   * Without isolation: `escapes` is documented to succeed (`escapes-as-root`: where the service is root), so that a pass
   * elsewhere means something; `holds` may fail there for other reasons; `never` is not attempted, for the sake of the
   * machine, or because there is nothing to attack.
   */
  readonly unisolated: 'escapes' | 'escapes-as-root' | 'holds' | 'never';
  run(attack: Attack): Promise<Verdict>;
}

/** It failed. */
export function held(evidence: string): Verdict {
  return { held: true, evidence };
}

/** It succeeded. */
export function escaped(evidence: string): Verdict {
  return { held: false, evidence };
}

/** Held where `holds`. */
export function verdict(holds: boolean, evidence: string): Verdict {
  return { held: holds, evidence };
}
