import { HoldfastError } from '@holdfast/protocol';

import type { SpawnInit } from './agent.ts';

const FLAGS = { pty: 1, input: 2, endTree: 4 } as const;
/** The numbers of resources, as the kernel has them on x86-64 and arm64. */
const RESOURCES = { cpuS: 0, fileBytes: 1, coreBytes: 4, processes: 6, openFiles: 7, memoryBytes: 9 } as const;
/** One second between the two, so that the command ends by SIGXCPU, which names the cause. */
const CPU_GRACE_S = 1;
/** What the kernel takes for arguments and environment together, and for one of them. Bytes. */
const LARGEST_ARGUMENTS = 2 * 1024 * 1024 - 64 * 1024;
const LARGEST_ARGUMENT = 128 * 1024 - 1;

/** The user of a command by its ids inside the box. */
export interface Ids {
  readonly uid: number;
  readonly gid: number;
}

/** The payload of a SPAWN frame. Throws TOO_LARGE when the kernel would not take the arguments. */
export function encodeSpawn(init: SpawnInit, ids: Ids): Buffer {
  const env = Object.entries(init.env).map(([name, value]) => `${name}=${value}`);
  assertFits([...init.argv, ...env]);
  const head = Buffer.alloc(16);
  const flags = (init.pty ? FLAGS.pty : 0) | (init.stdin ? FLAGS.input : 0) | (init.endTree ? FLAGS.endTree : 0);
  head.writeUInt32LE(flags, 0);
  head.writeUInt16LE(init.pty?.cols ?? 0, 4);
  head.writeUInt16LE(init.pty?.rows ?? 0, 6);
  head.writeUInt32LE(ids.uid, 8);
  head.writeUInt32LE(ids.gid, 12);
  const limits = Object.entries(RESOURCES)
    .map(([name, resource]) => ({ name, resource, soft: init.limits?.[name as keyof typeof RESOURCES] }))
    .filter((limit): limit is typeof limit & { soft: number } => limit.soft !== undefined)
    .map(({ name, resource, soft }) => limitRecord(resource, soft, name === 'cpuS' ? soft + CPU_GRACE_S : soft));
  return Buffer.concat([head, counted(limits), text(init.cwd), counted(init.argv.map(text)), counted(env.map(text))]);
}

function limitRecord(resource: number, soft: number, hard: number): Buffer {
  const record = Buffer.alloc(20);
  record.writeUInt32LE(resource, 0);
  record.writeBigUInt64LE(BigInt(Math.floor(soft)), 4);
  record.writeBigUInt64LE(BigInt(Math.floor(hard)), 12);
  return record;
}

function counted(items: readonly Buffer[]): Buffer {
  const count = Buffer.alloc(4);
  count.writeUInt32LE(items.length);
  return Buffer.concat([count, ...items]);
}

function text(value: string): Buffer {
  return Buffer.from(`${value}\0`);
}

function assertFits(texts: readonly string[]): void {
  const sizes = texts.map((value) => Buffer.byteLength(value) + 1);
  const total = sizes.reduce((sum, size) => sum + size + 8, 0);
  if (total <= LARGEST_ARGUMENTS && sizes.every((size) => size <= LARGEST_ARGUMENT)) return;
  throw new HoldfastError(
    'TOO_LARGE',
    'The arguments and the environment of the command are larger than the kernel takes (128 KiB each, 2 MiB in all). ' +
      'Write them to a file of the workspace and name it. Nothing was run.',
  );
}
