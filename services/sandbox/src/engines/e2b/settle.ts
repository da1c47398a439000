import { readFile } from 'node:fs/promises';

import { HoldfastError } from '@holdfast/protocol';

import { agentBinary } from '../../agent/binary.ts';
import { type AgentLink, connectAgent, type HoldableAgent } from '../../agent/connect.ts';
import { keepComplaint } from '../process/complaint.ts';
import { within } from '../guest/within.ts';
import type { Envd } from './envd.ts';
import type { RemoteProcess } from './remote-process.ts';

const GREETING_MS = 30_000;
const ARCHITECTURES: Readonly<Record<string, string>> = { x86_64: 'x64', aarch64: 'arm64' };

/** Our agent, as it lives in a sandbox of somebody else. */
export interface SettledAgent {
  readonly agent: HoldableAgent;
  /** Where its program lies there. */
  readonly program: string;
  /** Another link to it. */
  readonly link: () => Promise<AgentLink>;
  /** Cuts the link that there is. */
  readonly hangUp: () => void;
}

/**
 * Puts the agent into a sandbox and starts it there, in namespaces of its own where it may. From then on everything
 * goes by it, over the input and output of a process that relays: files, ports, signals and the ends of whole trees,
 * of which the service itself has less or nothing.
 * Throws SANDBOX_UNAVAILABLE with what was missing.
 */
export async function settle(envd: Envd, boxId: string): Promise<SettledAgent> {
  const machine = (await envd.run(['uname', '-m'])).trim();
  const program = await readFile(agentBinary(ARCHITECTURES[machine] ?? machine));
  const user = userIn(await envd.read('/etc/passwd'));
  // A folder in /tmp that is root's: nobody else can take its place, and everybody can execute what is in it.
  const folder = `/tmp/.holdfast-${boxId}`;
  const file = `${folder}/agent`;
  // Only root gets to where the agent listens.
  const [closed, socket] = [`${folder}/root`, `${folder}/root/link`];
  await envd.upload(file, new Uint8Array(program));
  await envd.run(['mkdir', '-m', '0700', closed]);
  await envd.run(['chmod', '0755', file]);
  const home = await envd.start([file, 'apart', socket]);
  const complaint = keepComplaint(home.stderr);
  home.stdout.resume();
  let relay: RemoteProcess | undefined;
  const link = async (): Promise<AgentLink> => {
    relay = await envd.start([file, 'relay', socket]);
    relay.stderr.resume();
    return { readable: relay.stdout, writable: relay.stdin };
  };
  try {
    const users = { user, root: { uid: 0, gid: 0 } };
    const greeting = link().then((first) => connectAgent(first, users));
    const agent = await within(greeting, GREETING_MS, 'The agent in the sandbox did not greet');
    return { agent, program: file, link, hangUp: () => relay?.detach() };
  } catch (error) {
    relay?.detach();
    home.detach();
    const said = await complaint;
    throw new HoldfastError('SANDBOX_UNAVAILABLE', `The agent does not run in the sandbox. ${said}`.trim(), {
      cause: error,
    });
  } finally {
    // It runs on without anybody who listens to it.
    home.detach();
  }
}

function userIn(passwd: string): { uid: number; gid: number } {
  const found = /^user:[^:]*:(\d+):(\d+):/m.exec(passwd);
  if (found) return { uid: Number(found[1]), gid: Number(found[2]) };
  throw new HoldfastError('SANDBOX_UNAVAILABLE', 'The template (sandbox.e2b.template) has no user "user".');
}
