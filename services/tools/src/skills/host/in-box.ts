import { type SandboxApi, sandboxpb } from '@holdfast/protocol';

import { openLongProcess } from '../../process/long.ts';
import type { HostLink } from './link.ts';

/** What a process of a skill is started with. */
export interface BoxOptions {
  readonly name: string;
  readonly tenant: string;
  /** Host path of the compiled skill. */
  readonly bundle: string;
  /** Host path of the snapshot of its folder. */
  readonly snapshot: string;
  readonly env: Readonly<Record<string, string>>;
  readonly network: readonly string[];
  readonly level: 'process' | 'container' | undefined;
  readonly memoryMb: number;
}

const LEVELS = { process: sandboxpb.Level.PROCESS, container: sandboxpb.Level.CONTAINER };

/**
 * Runs a skill in a box of its own, by the Node that the service itself runs on: what the host or the image has may be
 * too old for it, or not there.
 */
export async function openInBox(sandbox: SandboxApi, options: BoxOptions): Promise<HostLink> {
  const { name, memoryMb, level } = options;
  const link = await openLongProcess(sandbox, {
    tenant: options.tenant,
    subject: `skill:${name}`,
    name: `the skill ${name}`,
    argv: ['/input/node', `--max-old-space-size=${memoryMb}`, '--disable-proto=delete', '/input/skill.mjs'],
    env: { ...options.env, NODE_USE_ENV_PROXY: '1', NODE_NO_WARNINGS: '1' },
    inputs: new Map([
      ['node', process.execPath],
      ['skill.mjs', options.bundle],
      ['skill', options.snapshot],
    ]),
    egress: options.network,
    limits: { pids: 64 },
    ...(level ? { level: LEVELS[level] } : {}),
  });
  return {
    write: (bytes) => link.write(bytes),
    output: link.output,
    ended: link.exited.then(
      ({ signal, quota, exitCode }) => (quota === '' ? signal || `exit code ${exitCode}` : `quota ${quota}`),
      () => 'its sandbox broke',
    ),
    close: () => link.close(),
  };
}
