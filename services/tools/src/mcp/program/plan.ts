import { join } from 'node:path';

import type { StdioSpec } from '../discovery/discovery.ts';
import type { Host } from './host.ts';
import { isWithin, namedPaths, placesFor } from './mounts.ts';
import { throughRunner } from './runners.ts';

/** How the program of a server is started in its sandbox. */
export interface ProgramPlan {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** Empty: /workspace. */
  readonly cwd: string;
  /** Host paths that it sees, read-only, where they lie on the host. */
  readonly places: readonly string[];
}

/** What {@link planProgram} goes by. */
export interface ProgramWishes {
  readonly server: string;
  /** The host folder that it may write to, seen as /workspace. */
  readonly workspace: string;
  /** Whether it may reach anything. */
  readonly online: boolean;
  /** Whether the programs of its sandbox are those of the host: level process. */
  readonly hostPrograms: boolean;
}

/** The PATH of a sandbox of level process. */
const PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/**
 * Makes an entry that was written for programs of the host fit a sandbox: what it names is seen where it lies, but what
 * lies in the workspace, which is /workspace.
 *
 * @throws HoldfastError FAILED_PRECONDITION with what to do.
 */
export async function planProgram(spec: StdioSpec, wishes: ProgramWishes, host: Host): Promise<ProgramPlan> {
  const { server, workspace, online } = wishes;
  const line = await throughRunner([spec.command, ...spec.args], { server, cwd: spec.cwd, online }, host);
  const [command = '', ...args] = line.argv;
  const found = wishes.hostPrograms ? await findCommand(command, host) : command;
  const inside = (text: string): string => intoWorkspace(text, workspace);
  const env = { ...line.env, ...spec.env };
  const plan = {
    argv: [found, ...args].map(inside),
    env: Object.fromEntries(Object.entries(env).map(([name, value]) => [name, inside(value)])),
    cwd: inside(spec.cwd),
  };
  return { ...plan, places: await placesFor(server, await namedPaths(plan, host), host) };
}

/** A bare name that only the host's own PATH leads to: the program there. `node` is in every sandbox. */
async function findCommand(command: string, host: Host): Promise<string> {
  if (command.includes('/') || command === 'node') return command;
  for (const folder of [...PATH, ...host.path]) {
    const path = join(folder, command);
    if ((await host.kind(path)) === 'file') return PATH.includes(folder) ? command : path;
  }
  return command;
}

/** A path in the workspace, also after `--flag=`, as it is seen inside. */
function intoWorkspace(text: string, workspace: string): string {
  const at = text.startsWith('-') ? text.indexOf('=') + 1 : 0;
  const path = text.slice(at);
  return isWithin(path, workspace) ? `${text.slice(0, at)}/workspace${path.slice(workspace.length)}` : text;
}
