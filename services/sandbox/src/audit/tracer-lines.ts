/** Reads what bpftrace prints for the program of `tracer-program.ts`. Pure. */
import type { Sighting } from './audit-record.ts';
import { resultName } from './error-name.ts';
import { showAddress } from './socket-address.ts';
import { AUDITED_CALLS, OPENING_CALLS } from './system-calls.ts';
import { ARGV_PARTS, ARGV_WORDS, FIRST_CALL, FIRST_OPEN, LINE, TEXT_BYTES } from './tracer-program.ts';

/** One line, understood. `nsecs` is the time since the machine started. */
export type TracerLine =
  | { readonly kind: 'ignored' }
  | {
      readonly kind: 'group';
      readonly last: boolean;
      readonly cgroupId: bigint;
      readonly nsecs: number;
      readonly path: string;
    }
  | { readonly kind: 'seen'; readonly cgroupId: bigint; readonly nsecs: number; readonly seen: Sighting }
  | {
      readonly kind: 'exec';
      readonly cgroupId: bigint;
      readonly nsecs: number;
      readonly pid: number;
      readonly command: string;
      readonly bytes: number;
      readonly path: string;
    }
  | { readonly kind: 'argv'; readonly pid: number; readonly part: number; readonly bytes: Buffer }
  | { readonly kind: 'suppressed'; readonly counts: readonly { cgroupId: bigint; kind: number; count: number }[] }
  | { readonly kind: 'lost'; readonly count: number }
  | { readonly kind: 'unreadable'; readonly line: string };

/**
 * Reads one line, whatever bytes a process put into it. bpftrace 0.17 writes a byte above 127 as `\uffffff` and its
 * two digits; such bytes are put together again, as UTF-8 where they are that.
 */
export function readTracerLine(line: string): TracerLine {
  let parsed: unknown;
  try {
    parsed = JSON.parse(
      line.replaceAll(/\\(?:uffffff([0-9a-f]{2})|.)/g, (all, byte: string | undefined) =>
        byte === undefined ? all : `\\u00${byte}`,
      ),
    );
  } catch {
    return { kind: 'unreadable', line };
  }
  if (typeof parsed !== 'object' || parsed === null || !('type' in parsed)) return { kind: 'unreadable', line };
  const data = 'data' in parsed ? parsed.data : undefined;
  switch (parsed.type) {
    case 'lost_events':
      return { kind: 'lost', count: isObject(data) && typeof data.events === 'number' ? data.events : 1 };
    case 'map':
      return suppressed(data);
    case 'value':
      return Array.isArray(data) ? (values(data) ?? { kind: 'unreadable', line }) : { kind: 'unreadable', line };
    default:
      return { kind: 'ignored' };
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function suppressed(data: unknown): TracerLine {
  const map = isObject(data) ? data['@suppressed'] : undefined;
  if (!isObject(map)) return { kind: 'ignored' };
  const counts = Object.entries(map).flatMap(([key, count]) => {
    const [id, kind] = key.split(',');
    return id && kind && typeof count === 'number' ? [{ cgroupId: BigInt(id), kind: Number(kind), count }] : [];
  });
  return { kind: 'suppressed', counts };
}

function values(data: readonly unknown[]): TracerLine | undefined {
  const number = (index: number): number => Number(data[index]);
  const text = (index: number): string => decode(data[index]);
  const kind = number(0);
  if (![0, 1, 2].every((index) => Number.isInteger(data[index]))) return undefined;
  const cgroupId = BigInt(number(1));
  if (kind === LINE.group || kind === LINE.groupLast) {
    return { kind: 'group', last: kind === LINE.groupLast, cgroupId, nsecs: number(2), path: text(3) };
  }
  if (kind === LINE.argv) {
    return { kind: 'argv', pid: number(2), part: number(3), bytes: wordsToBytes(data.slice(4).map(Number)) };
  }
  const pid = number(2);
  const command = text(3);
  const nsecs = number(4);
  if (kind === LINE.exec) return { kind: 'exec', cgroupId, nsecs, pid, command, bytes: number(5), path: text(6) };
  const described = describe(kind, data, text);
  if (described === undefined) return undefined;
  const result = kind === LINE.seccomp ? 'killed' : resultName(number(5));
  return { kind: 'seen', cgroupId, nsecs, seen: { pid, command, ...described, result } };
}

/** What the kinds of the program are called in records: also for what was suppressed. */
export function eventOfKind(kind: number): Sighting['event'] | undefined {
  if (kind === LINE.exec || kind === LINE.execFailed) return 'exec';
  if (kind === LINE.connect || kind === LINE.connectUnix) return 'connect';
  if (kind === LINE.seccomp) return 'seccomp';
  if (kind >= FIRST_OPEN && kind < FIRST_OPEN + OPENING_CALLS.length) return 'open';
  return AUDITED_CALLS[kind - FIRST_CALL]?.event;
}

function describe(
  kind: number,
  data: readonly unknown[],
  text: (index: number) => string,
): { event: Sighting['event']; detail: string } | undefined {
  const event = eventOfKind(kind);
  if (event === undefined) return undefined;
  const numbers = data.slice(6, 9).map(Number);
  const quoted = (): string => quote(text(9));
  if (kind === LINE.execFailed) return { event, detail: quoted() };
  if (kind === LINE.seccomp) return { event, detail: 'a system call that kills' };
  if (kind === LINE.connect) return { event, detail: showAddress(wordsToBytes(data.slice(6).map(Number))) };
  if (kind === LINE.connectUnix) return { event, detail: `unix ${numbers[1] === 0 ? '@' : ''}${quoted()}` };
  const opening = OPENING_CALLS[kind - FIRST_OPEN];
  if (opening !== undefined) return { event, detail: `${opening.name} ${quoted()} flags=${hex(numbers[0] ?? 0)}` };
  const call = AUDITED_CALLS[kind - FIRST_CALL];
  if (call === undefined) return undefined;
  const shown = Object.keys(call.numbers ?? {}).map(
    (name, index) => `${name}=${showNumber(name, numbers[index] ?? 0)}`,
  );
  return { event, detail: [call.name, ...(call.text === undefined ? [] : [quoted()]), ...shown].join(' ') };
}

const hex = (value: number): string => `0x${value.toString(16)}`;
const showNumber = (name: string, value: number): string => (name === 'flags' ? hex(value) : String(value | 0));

/** Text from a process as JSON, with `…` where it was cut. */
export function quote(text: string): string {
  const cut = Buffer.byteLength(text) >= TEXT_BYTES - 1;
  return JSON.stringify(text) + (cut ? '…' : '');
}

/** The command line of an exec: `"/bin/echo" "a b"`, with `…` where it was cut. */
export function showCommandLine(path: string, bytes: number, parts: readonly Buffer[]): string {
  const recorded = Buffer.concat(parts).subarray(0, bytes);
  const text = recorded.toString('utf8').replace(/\0$/, '');
  const cut = recorded.length < bytes ? '…' : '';
  const argv =
    recorded.length === 0
      ? ''
      : `: ${text
          .split('\0')
          .map((one) => JSON.stringify(one))
          .join(' ')}`;
  return `${quote(path)}${argv}${cut}`;
}

/** How many parts follow an exec whose command line has this many bytes. */
export function argvParts(bytes: number): number {
  return Math.min(ARGV_PARTS, Math.ceil(bytes / (ARGV_WORDS * 4)));
}

function wordsToBytes(words: readonly number[]): Buffer {
  return Buffer.from(Uint32Array.from(words).buffer);
}

function decode(bytes: unknown): string {
  return typeof bytes === 'string' ? Buffer.from(bytes, 'latin1').toString('utf8') : '';
}
