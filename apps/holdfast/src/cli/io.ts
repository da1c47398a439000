import type { Environment } from '../config/paths.ts';
import type { Client } from './http/client.ts';
import type { TargetOptions } from './http/target.ts';
import type { Lang, Say } from './i18n/lang.ts';
import type { Style } from './view/text.ts';

/** The process around the command line, passed in whole. */
export interface Io {
  readonly env: Environment;
  readonly cwd: string;
  readonly stdin: NodeJS.ReadStream;
  readonly stdout: NodeJS.WriteStream;
  readonly stderr: NodeJS.WriteStream;
}

/** Options that every command takes. */
export interface GlobalOptions {
  readonly json?: boolean;
  readonly url?: string;
  readonly dataDir?: string;
  readonly config?: string;
  readonly lang?: string;
}

/** What a command works with. */
export interface Cli {
  readonly io: Io;
  readonly json: boolean;
  readonly lang: Lang;
  readonly say: Say;
  readonly style: Style;
  readonly client: Client;
  readonly target: TargetOptions;
  /** Writes one line for people to stdout; with --json nothing. */
  print(line: string): void;
  /** Writes one line of progress to stderr. */
  note(line: string): void;
  /** With --json: writes the value to stdout as one JSON document. */
  result(value: unknown): void;
}
