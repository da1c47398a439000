import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { type FileHandle, mkdir, open, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';

import { HoldfastError } from '@holdfast/protocol';

import type { AgentLink, HoldableAgent } from '../../agent/connect.ts';
import { copyDisk } from '../guest/disks.ts';
import { takeOver } from '../guest/take-over.ts';
import { within } from '../guest/within.ts';
import { callFirecracker } from './api.ts';
import { API_SOCKET, type FirecrackerCommand } from './command.ts';
import { type Body, call, type FirecrackerCall, type Operation } from './contract.ts';
import { AGENT_PORT, connectVsock } from './vsock.ts';

/** The files of a machine, in its folder. Firecracker knows them by these names. */
export const FILES = {
  kernel: 'kernel',
  initramfs: 'initramfs',
  disk: 'disk.img',
  template: 'template.ext4',
  vsock: 'agent.sock',
  state: 'state',
  memory: 'memory',
} as const;

/** Nothing that the guest's kernel would look for in vain, and the link that its agent listens on. */
const KERNEL_LINE = 'console=ttyS0 reboot=k panic=-1 quiet link=vsock';
/** 3 is the least that a guest may have; each Firecracker has one guest. */
const GUEST_CID = 3;
const POLL_MS = 5;
const SAID_CHARACTERS = 4000;

/** The size of a machine, and whether it has the disk of a template. */
export interface FirecrackerSize {
  readonly memoryMiB: number;
  readonly cores: number;
  readonly hasTemplate: boolean;
}

/** A machine of Firecracker that runs. */
export class FirecrackerMachine {
  /** Resolves when its process has gone. */
  readonly exited: Promise<void>;
  readonly #child: ChildProcess;
  readonly #folder: string;
  readonly #handle: FileHandle;
  readonly #waitMs: number;
  #agent: HoldableAgent | undefined;
  #goOn: ((link: AgentLink) => Promise<void>) | undefined;
  #said = '';

  private constructor(child: ChildProcess, folder: string, handle: FileHandle, waitMs: number) {
    this.#child = child;
    this.#folder = folder;
    this.#handle = handle;
    this.#waitMs = waitMs;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.#said = (this.#said + text).slice(-SAID_CHARACTERS);
      });
    }
    this.exited = new Promise((resolve) => child.once('exit', () => resolve()));
  }

  /** Starts the process. Its folder holds the files already. Throws SANDBOX_UNAVAILABLE. */
  static async start({ argv, folder }: FirecrackerCommand, waitMs: number): Promise<FirecrackerMachine> {
    const [program = '', ...rest] = argv;
    const handle = await open(folder, 'r');
    try {
      const child = spawn(program, rest, { cwd: folder, env: {}, stdio: ['ignore', 'pipe', 'pipe'] });
      await new Promise<void>((resolve, reject) => child.once('spawn', resolve).once('error', reject));
      return new FirecrackerMachine(child, folder, handle, waitMs);
    } catch (error) {
      await handle.close();
      const why = error instanceof Error ? error.message : String(error);
      throw new HoldfastError('SANDBOX_UNAVAILABLE', `Firecracker cannot be started: ${why}. Nothing was run.`, {
        cause: error,
      });
    }
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** What the guest's console and Firecracker said last. */
  get said(): string {
    return this.#said.trim();
  }

  /** Boots a new guest. */
  async boot({ memoryMiB, cores, hasTemplate }: FirecrackerSize): Promise<HoldableAgent> {
    await this.#ask('PUT /machine-config', { vcpu_count: cores, mem_size_mib: memoryMiB, smt: false });
    await this.#ask('PUT /boot-source', {
      kernel_image_path: FILES.kernel,
      initrd_path: FILES.initramfs,
      boot_args: KERNEL_LINE,
    });
    await this.#addDrive('disk', FILES.disk, false);
    if (hasTemplate) await this.#addDrive('template', FILES.template, true);
    await this.#ask('PUT /vsock', { guest_cid: GUEST_CID, uds_path: FILES.vsock });
    await this.#ask('PUT /actions', { action_type: 'InstanceStart' });
    return this.#takeOver();
  }

  /** Goes on from a state that was saved, whose files lie in the folder. */
  async load(): Promise<HoldableAgent> {
    await this.#ask('PUT /snapshot/load', {
      snapshot_path: FILES.state,
      mem_backend: { backend_type: 'File', backend_path: FILES.memory },
      resume_vm: true,
    });
    return this.#takeOver();
  }

  /** The link is given up first: Firecracker's does not last through a snapshot. */
  async pause(): Promise<void> {
    if (!this.#agent) throw new HoldfastError('UNAVAILABLE', 'The machine has no agent yet.');
    this.#goOn = await within(this.#agent.leave(), this.#waitMs, 'The agent of the sandbox did not answer');
    await this.#ask('PATCH /vm', { state: 'Paused' });
  }

  async resume(): Promise<void> {
    const goOn = this.#goOn;
    this.#goOn = undefined;
    try {
      await this.#ask('PATCH /vm', { state: 'Resumed' });
      const link = await this.#connect();
      const gone = goOn?.({ readable: link, writable: link });
      link.resume();
      await gone;
    } catch (error) {
      this.#tellGone(goOn);
      throw error;
    }
  }

  /** Saves a machine that is paused. */
  async save(folder: string): Promise<void> {
    await this.#ask('PUT /snapshot/create', {
      snapshot_path: FILES.state,
      mem_file_path: FILES.memory,
      snapshot_type: 'Full',
    });
    for (const name of [FILES.state, FILES.memory]) {
      await copyDisk(join(this.#folder, name), join(folder, name));
      await rm(join(this.#folder, name));
    }
    await copyDisk(join(this.#folder, FILES.disk), join(folder, FILES.disk));
  }

  /** SIGKILL. Resolves when the process has gone. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.exited;
    this.#tellGone(this.#goOn);
    this.#goOn = undefined;
    await this.#handle.close();
  }

  async #addDrive(id: string, file: string, isReadOnly: boolean): Promise<void> {
    await this.#ask(
      'PUT /drives/{id}',
      { drive_id: id, is_root_device: false, path_on_host: file, is_read_only: isReadOnly, cache_type: 'Unsafe' },
      id,
    );
  }

  #ask<O extends Operation>(operation: O, body: Body<O>, id?: string): Promise<void> {
    return this.#send(call(operation, body, id));
  }

  /** The socket of the API appears some milliseconds after the process. */
  async #send(what: FirecrackerCall): Promise<void> {
    const signal = this.#until();
    for (;;) {
      try {
        return await callFirecracker(this.#path(API_SOCKET), what);
      } catch (error) {
        const cause = error instanceof Error ? error.cause : undefined;
        const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
        if (code !== 'ENOENT' && code !== 'ECONNREFUSED') throw error;
        if (signal.aborted) throw error;
      }
      await sleep(POLL_MS);
    }
  }

  async #takeOver(): Promise<HoldableAgent> {
    this.#agent = await takeOver(await this.#connect(), randomBytes(16));
    return this.#agent;
  }

  #connect(): ReturnType<typeof connectVsock> {
    return connectVsock(this.#path(FILES.vsock), AGENT_PORT, this.#until());
  }

  /** The whole path may be longer than the address of a socket; this name of it is not. */
  #path(name: string): string {
    return `/proc/self/fd/${this.#handle.fd}/${name}`;
  }

  #until(): AbortSignal {
    const ended = new AbortController();
    const over = (why: string): void =>
      ended.abort(new HoldfastError('SANDBOX_UNAVAILABLE', `${why} ${this.said.slice(-500)}`));
    const timer = setTimeout(() => over('The machine of Firecracker did not answer in time.'), this.#waitMs);
    timer.unref();
    void this.exited.then(() => over('Firecracker ended before the machine answered.'));
    return ended.signal;
  }

  /** Who waits for something of a machine that was paused hears that it has gone. */
  #tellGone(goOn: ((link: AgentLink) => Promise<void>) | undefined): void {
    const nothing = new PassThrough();
    goOn?.({ readable: nothing, writable: nothing }).catch(() => undefined);
    nothing.destroy();
  }
}

/** Puts the files of a machine that was saved into its folder. */
export async function layOut(from: string, folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of [FILES.disk, FILES.state, FILES.memory]) {
    await copyDisk(join(from, name), join(folder, `${name}.half`));
    await rename(join(folder, `${name}.half`), join(folder, name));
  }
}
