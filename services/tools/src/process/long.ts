import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { commonpb, create, HoldfastError, type MessageInitShape, type SandboxApi, sandboxpb } from '@holdfast/protocol';

import { type Piece, PieceQueue } from './piece-queue.ts';

/** Output that is held for a reader that is not there yet; more holds the program back. Bytes. */
const HELD_BYTES = 256 * 1024;
/** There is one command in the sandbox. */
const EXEC_ID = 'main';

/**
 * The Node.js that runs the platform, inside a sandbox of level process and without isolation. Images of the other levels
 * have to bring a `node` of their own. Plain `node` is the host's, where it has one.
 */
export const PLATFORM_NODE = '/.holdfast/bin/node';

/** A program that runs for long in a sandbox of its own, spoken to over stdin and stdout. */
export interface LongProcess {
  /**
   * Resolves when the sandbox took it, which it does as fast as the program reads. Calls keep their order.
   *
   * @throws HoldfastError FAILED_PRECONDITION when the program has ended, or its input was closed.
   */
  write(bytes: Uint8Array): Promise<void>;
  /** The program reads the end of its stdin after what was written. Throws as {@link write} does. */
  closeInput(): Promise<void>;
  /**
   * What it says, for one reader. A reader that stalls holds the program back; one that leaves does not: the rest is
   * dropped. Ends with the program; throws UNAVAILABLE where the sandbox broke under it.
   */
  readonly output: AsyncIterable<Piece>;
  /**
   * How it ended: also by a quota, which it names. Comes after its output, so a reader that stalls delays it. Rejects
   * with UNAVAILABLE where the sandbox broke under it.
   */
  readonly exited: Promise<sandboxpb.Exited>;
  /**
   * Kills all that it started and destroys the sandbox; idempotent. A program that ended by itself frees its sandbox by
   * itself, and this waits for it. Throws what destroying throws.
   */
  close(): Promise<void>;
}

/** Which program, for whom, and what it sees. */
export interface LongProcessOptions {
  readonly tenant: string;
  readonly subject: string;
  /** For the record. */
  readonly runId?: string;
  /** What messages call it. */
  readonly name: string;
  readonly argv: readonly string[];
  /** Added to the built environment of the sandbox. */
  readonly env?: Readonly<Record<string, string>>;
  /** A path inside the sandbox. Left out: /workspace. */
  readonly cwd?: string;
  /** Host path, seen as /workspace. Left out: a new folder that goes with the process. */
  readonly workspace?: string;
  /** Host paths by name, seen read-only as /input/<name>. */
  readonly inputs?: ReadonlyMap<string, string>;
  /** Host paths, seen read-only where they lie on the host; none within another. */
  readonly places?: readonly string[];
  /** Left out: the configured one. */
  readonly level?: sandboxpb.Level;
  /** Domains and presets that it may reach, of what sandbox.egress allows. Left out: none. */
  readonly egress?: readonly string[];
  /** Where cpuS and outputBytes are left out, neither is bounded. */
  readonly limits?: MessageInitShape<typeof sandboxpb.LimitsSchema>;
}

/**
 * Starts it. Resolves when it takes input. A program that is not there is no error here: it exits with 127, and one line
 * on stderr.
 *
 * @throws HoldfastError SANDBOX_UNAVAILABLE and whatever else the sandbox service throws; nothing is left then.
 */
export async function openLongProcess(sandbox: SandboxApi, options: LongProcessOptions): Promise<LongProcess> {
  const ownFolder = options.workspace === undefined ? await mkdtemp(join(tmpdir(), 'holdfast-process-')) : undefined;
  const removeFolder = async (): Promise<void> => {
    if (ownFolder !== undefined) await rm(ownFolder, { recursive: true, force: true });
  };
  const caller = create(commonpb.CallerSchema, { tenant: options.tenant, subject: options.subject });
  let sandboxId: string;
  try {
    const request = createRequest(options, caller, options.workspace ?? ownFolder ?? '');
    ({ sandboxId } = await sandbox.create(request));
  } catch (error) {
    await removeFolder();
    throw error;
  }
  const destroy = async (): Promise<void> => {
    try {
      await sandbox.destroy(create(sandboxpb.DestroyRequestSchema, { caller, sandboxId }));
    } catch (error) {
      if (!HoldfastError.has(error, 'NOT_FOUND')) throw error;
    } finally {
      await removeFolder();
    }
  };
  const abort = new AbortController();
  const said = sandbox.exec(execRequest(options, caller, sandboxId), { signal: abort.signal });
  const events = said[Symbol.asyncIterator]();
  try {
    await events.next();
  } catch (error) {
    await destroy();
    throw error;
  }
  const queue = new PieceQueue(HELD_BYTES);
  const exited = pump(options.name, { [Symbol.asyncIterator]: () => events }, queue);
  const freed = exited.then(destroy, destroy);
  // Both are told to whoever waits for them; nobody need.
  exited.catch(() => undefined);
  freed.catch(() => undefined);
  const send = async (data: Uint8Array, close: boolean): Promise<void> => {
    const request = create(sandboxpb.SendInputRequestSchema, { caller, sandboxId, execId: EXEC_ID, data, close });
    try {
      await sandbox.sendInput(request);
    } catch (error) {
      const { code, message } = HoldfastError.from(error);
      if (code !== 'NOT_FOUND' && code !== 'FAILED_PRECONDITION') throw error;
      throw new HoldfastError('FAILED_PRECONDITION', `${options.name} takes no input any more. ${message}`, {
        cause: error,
      });
    }
  };
  return {
    write: (bytes) => send(bytes, false),
    closeInput: () => send(new Uint8Array(), true),
    output: queue,
    exited,
    async close() {
      abort.abort();
      queue.discard();
      await freed;
    },
  };
}

/** Hands the output over, and says how it ended. */
async function pump(
  name: string,
  events: AsyncIterable<sandboxpb.ExecResponse>,
  queue: PieceQueue,
): Promise<sandboxpb.Exited> {
  try {
    let exited: sandboxpb.Exited | undefined;
    for await (const { event } of events) {
      if (event.case === 'exited') exited = event.value;
      const output = event.case === 'data' ? event.value.output : undefined;
      if (output?.case === 'stdout' || output?.case === 'stderr') {
        await queue.push({ stream: output.case, bytes: output.value });
      }
    }
    if (!exited) throw new HoldfastError('UNAVAILABLE', `What ran ${name} does not say how it ended.`);
    queue.end();
    return exited;
  } catch (error) {
    queue.end(error);
    throw error;
  }
}

function createRequest(
  { runId = '', level = sandboxpb.Level.UNSPECIFIED, egress = [], inputs, places = [], limits }: LongProcessOptions,
  caller: commonpb.Caller,
  workspace: string,
): sandboxpb.CreateRequest {
  return create(sandboxpb.CreateRequestSchema, {
    caller,
    runId,
    level,
    mounts: {
      workspace,
      inputs: [
        ...[...(inputs ?? [])].map(([name, path]) => ({ name, path })),
        ...places.map((path, index) => ({ name: `place-${index}`, path, at: path })),
      ],
    },
    limits: { ...limits, lasting: true },
    egress: { allow: [...egress] },
  });
}

function execRequest(
  { argv, env = {}, cwd }: LongProcessOptions,
  caller: commonpb.Caller,
  sandboxId: string,
): sandboxpb.ExecRequest {
  const [cmd = '', ...args] = argv;
  return create(sandboxpb.ExecRequestSchema, {
    caller,
    sandboxId,
    process: { cmd, args, envs: { ...env }, ...(cwd === undefined ? {} : { cwd }) },
    execId: EXEC_ID,
    openStdin: true,
  });
}
