import { text } from 'node:stream/consumers';

import type { AgentProcess, BoxUser, SpawnInit } from '../../../services/sandbox/src/agent/agent.ts';
import type { GuardedBox } from '../../../services/sandbox/src/boxes/boxes.ts';
import { BoxFiles } from '../../../services/sandbox/src/sandboxes/box-files.ts';

/** What a command did. */
export interface Ran {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number;
  readonly signal: string;
}

/** How a command is run, where it is not as `user`, with no more than the box holds. */
export interface RunOptions {
  readonly user?: BoxUser;
  readonly limits?: NonNullable<SpawnInit['limits']>;
  readonly pty?: boolean;
  readonly endTree?: boolean;
}

/** A sandbox that is attacked from, with the program of the attempts in it. */
export class Cell {
  readonly box: GuardedBox;
  readonly files: BoxFiles;
  /** A folder that every user inside may write to. */
  readonly scratch: string;
  readonly #env: Readonly<Record<string, string>>;

  constructor(box: GuardedBox, parts: { agentInside: string; scratch: string; env: Readonly<Record<string, string>> }) {
    this.box = box;
    this.files = new BoxFiles(box.agent, parts.agentInside);
    this.scratch = parts.scratch;
    this.#env = parts.env;
  }

  /** Starts a command without waiting for it. */
  start(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<AgentProcess> {
    return this.box.agent.spawn({
      argv,
      env: { ...this.#env, ...this.box.egress.environment },
      cwd: '/',
      user: options.user ?? 'user',
      stdin: options.pty ?? false,
      endTree: options.endTree ?? true,
      limits: { coreBytes: 0, ...options.limits },
      ...(options.pty ? { pty: { cols: 80, rows: 24 } } : {}),
    });
  }

  /** Runs a command to its end. */
  async run(argv: readonly [string, ...string[]], options: RunOptions = {}): Promise<Ran> {
    const child = await this.start(argv, options);
    const [stdout, stderr, ending] = await Promise.all([text(child.stdout), text(child.stderr), child.exited]);
    return { stdout, stderr, ...ending };
  }

  /** Runs a line of the shell. */
  sh(script: string, options: RunOptions = {}): Promise<Ran> {
    return this.run(['sh', '-c', script], options);
  }

  /** Runs an attempt of the program of the attempts. */
  probe(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
    return this.run([this.program, ...args], options);
  }

  /** Where that program lies. */
  get program(): string {
    return `${this.scratch}/probe`;
  }
}

/** The number that the program of the attempts told under a name; undefined where it told none. */
export function told({ stdout }: Pick<Ran, 'stdout'>, name: string): number | undefined {
  const found = new RegExp(`^${name} (-?\\d+)$`, 'm').exec(stdout);
  return found ? Number(found[1]) : undefined;
}
