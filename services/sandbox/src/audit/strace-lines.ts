/** Reads what strace prints with the options of `STRACE_OPTIONS`. Pure. */
import type { AuditEvent, Sighting } from './audit-record.ts';
import { AUDITED_CALLS, OPENING_CALLS } from './system-calls.ts';
import { quote } from './tracer-lines.ts';

const EVENTS = new Map<string, AuditEvent>([
  ['execve', 'exec'],
  ['execveat', 'exec'],
  ['connect', 'connect'],
  ...OPENING_CALLS.map(({ name }): [string, AuditEvent] => [name, 'open']),
  ...AUDITED_CALLS.map(({ name, event }): [string, AuditEvent] => [name === 'umount' ? 'umount2' : name, event]),
]);

/**
 * All strings come in hexadecimal, so that no text of a process can look like strace's own. `?` before a name: this
 * kernel or processor may not have it.
 */
export const STRACE_OPTIONS: readonly string[] = [
  '-f',
  '--seccomp-bpf',
  '-qq',
  '-xx',
  '-y',
  '-ttt',
  '-s',
  '128',
  '-e',
  `trace=${[...EVENTS.keys()].map((name) => `?${name}`).join(',')}`,
  '-e',
  'signal=SIGSYS',
];

/** Where a sandbox may write. */
const OPEN_PATHS = /^\/(?:workspace|tmp|home\/user|dev\/shm|dev\/pts|proc\/self\/fd)\/|^\/dev\/(?:null|tty|zero|full)$/;
const REFUSED = ['EPERM', 'EACCES', 'EROFS'];

/** Reads lines one after the other: calls that are cut by those of other processes are put together again. */
export class StraceReader {
  readonly #unfinished = new Map<number, string>();
  readonly #commands = new Map<number, string>();

  /** One line, as a sighting with its time (epoch milliseconds); undefined for what is not recorded. */
  read(line: string): { readonly at: number; readonly seen: Sighting } | 'unreadable' | undefined {
    const head = /^(\d+) +(\d+\.\d+) (.*)$/.exec(line);
    if (head === null) return 'unreadable';
    const pid = Number(head[1]);
    const at = Number(head[2]) * 1000;
    const said = head[3] ?? '';
    if (said.startsWith('--- SIGSYS')) {
      const killed = { event: 'seccomp', detail: 'a system call that kills', result: 'killed' } as const;
      return { at, seen: { pid, command: this.#commands.get(pid) ?? '', ...killed } };
    }
    if (/^(?:---|\+\+\+) /.test(said)) return undefined;
    const started = / <unfinished \.\.\.>$/.exec(said);
    if (started !== null) {
      this.#unfinished.set(pid, said.slice(0, started.index));
      return undefined;
    }
    const resumed = /^<\.\.\. \w+ resumed>(.*)$/.exec(said);
    const call = resumed === null ? said : `${this.#unfinished.get(pid) ?? ''}${resumed[1] ?? ''}`;
    this.#unfinished.delete(pid);
    const parts = /^(\w+)\((.*)\) += (-?\w+|\?)(?:<([^>]*)>)?(?: (E\w+))?/.exec(call);
    if (parts === null) return 'unreadable';
    const [, name = '', args = '', returned = '?', opened, error] = parts;
    const event = EVENTS.get(name);
    if (event === undefined) return undefined;
    const command = this.#commands.get(pid) ?? '';
    if (name.startsWith('clone') && error === undefined) this.#commands.set(Number(returned), command);
    const detail = describe(event, name, args, opened, error);
    if (detail === undefined) return undefined;
    if (event === 'exec') this.#commands.set(pid, baseName(args));
    const result = error ?? (returned === '?' ? undefined : 'ok');
    const seen: Sighting = { pid, command: this.#commands.get(pid) ?? '', event, detail };
    return { at, seen: result === undefined ? seen : { ...seen, result } };
  }
}

function describe(
  event: AuditEvent,
  name: string,
  args: string,
  opened: string | undefined,
  error: string | undefined,
): string | undefined {
  const readable = args.replaceAll(/"((?:\\x[0-9a-f]{2})*)"/g, (_, hex: string) => quote(unhex(hex)));
  if (event === 'exec') return error === 'ENOENT' ? undefined : readable.replace(/, 0x[0-9a-f]+ .*$/, '');
  if (event === 'clone') return args.includes('CLONE_NEW') ? `${name} ${readable}` : undefined;
  if (event === 'connect') return readable.replace(/^\d+(?:<[^>]*>)?, /, '');
  if (event !== 'open') return `${name} ${readable}`;
  if (name !== 'creat' && !/O_WRONLY|O_RDWR|O_CREAT|O_TRUNC/.test(args)) return undefined;
  const asked = unhex(/"((?:\\x[0-9a-f]{2})*)"/.exec(args)?.[1] ?? '');
  // What was opened is judged by the file that it is; what was not, by the name that was asked for.
  if (opened !== undefined && OPEN_PATHS.test(unhex(opened))) return undefined;
  if (error !== undefined && !REFUSED.includes(error) && (OPEN_PATHS.test(asked) || /^(?!\/|\.\.)/.test(asked))) {
    return undefined;
  }
  return `${name} ${readable}`;
}

function baseName(args: string): string {
  const path = unhex(/"((?:\\x[0-9a-f]{2})*)"/.exec(args)?.[1] ?? '');
  return path.slice(path.lastIndexOf('/') + 1).slice(0, 15);
}

function unhex(text: string): string {
  return Buffer.from(text.replaceAll('\\x', ''), 'hex').toString('utf8');
}
