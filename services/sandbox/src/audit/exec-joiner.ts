import type { Sighting } from './audit-record.ts';
import { argvParts, showCommandLine, type TracerLine } from './tracer-lines.ts';

type Exec = Extract<TracerLine, { kind: 'exec' }>;
type Argv = Extract<TracerLine, { kind: 'argv' }>;

/** Puts an exec and the parts of its command line together, which come one after the other. */
export class ExecJoiner {
  readonly #pending = new Map<number, { exec: Exec; parts: Buffer[]; old: boolean }>();
  readonly #onExec: (cgroupId: bigint, nsecs: number, seen: Sighting) => void;

  constructor(onExec: (cgroupId: bigint, nsecs: number, seen: Sighting) => void) {
    this.#onExec = onExec;
  }

  exec(exec: Exec): void {
    this.#flush(exec.pid);
    this.#pending.set(exec.pid, { exec, parts: [], old: false });
    if (argvParts(exec.bytes) === 0) this.#flush(exec.pid);
  }

  argv({ pid, part, bytes }: Argv): void {
    const pending = this.#pending.get(pid);
    // What does not follow was lost on the way; the exec is then shown cut.
    if (pending === undefined || pending.parts.length !== part) return;
    pending.parts.push(bytes);
    if (pending.parts.length === argvParts(pending.exec.bytes)) this.#flush(pid);
  }

  /** Shows what was there already at the last call: its parts do not come any more. */
  flushOld(): void {
    for (const [pid, pending] of this.#pending) {
      if (pending.old) this.#flush(pid);
      pending.old = true;
    }
  }

  #flush(pid: number): void {
    const pending = this.#pending.get(pid);
    if (pending === undefined) return;
    this.#pending.delete(pid);
    const { cgroupId, nsecs, command, path, bytes } = pending.exec;
    const detail = showCommandLine(path, bytes, pending.parts);
    this.#onExec(cgroupId, nsecs, { pid, command, event: 'exec', detail, result: 'ok' });
  }
}
