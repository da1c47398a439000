import { constants } from 'node:os';

import { Code, ConnectError, type HandlerContext, type ServiceImpl } from '@connectrpc/connect';
import { create, HoldfastError, type MessageInitShape, processpb } from '@holdfast/protocol';

import type { ProcessEnding } from '../../agent/agent.ts';
import type { OutputChunk } from '../../sandboxes/output-log.ts';
import type { ProcessStart, SandboxProcess } from '../../sandboxes/process.ts';
import type { ProcessSelector, ProcessTable } from '../../sandboxes/process-table.ts';
import { callerOf, pingIntervalOf, sandboxOf, streaming, unary, withPings } from './rpc.ts';
import { absolutePath } from './user-path.ts';

type Event = MessageInitShape<typeof processpb.ProcessEventSchema>;

const PING: Event = { event: { case: 'keepalive', value: {} } };
const NO_SIZE = { cols: 80, rows: 24 };

/** The process service of envd. */
export const processService: ServiceImpl<typeof processpb.Process> = {
  list: unary(async (_request, context) => ({
    processes: sandboxOf(context)
      .processes.list()
      .map((process) => create(processpb.ProcessInfoSchema, infoOf(process))),
  })),

  start: streaming(async function* start(request, context) {
    const process = await sandboxOf(context).processes.start(startOf(request, context)).catch(asStartError);
    for await (const event of eventsOf(process, context)) yield create(processpb.StartResponseSchema, { event });
    if (process.timedOut) throw new ConnectError('the time of the command is over', Code.DeadlineExceeded);
  }),

  connect: streaming(async function* connect(request, context) {
    const process = sandboxOf(context).processes.findOrEnded(selectorOf(request.process));
    for await (const event of eventsOf(process, context)) yield create(processpb.ConnectResponseSchema, { event });
  }),

  update: unary(async (request, context) => {
    const process = processOf(request.process, context);
    if (request.pty) {
      const { cols, rows } = request.pty.size ?? NO_SIZE;
      process.resize(cols, rows);
    }
    return {};
  }),

  sendInput: unary(async (request, context) => {
    await give(processOf(request.process, context), request.input);
    return {};
  }),

  streamInput: unary(async (requests, context) => {
    let process: SandboxProcess | undefined;
    for await (const { event } of requests) {
      if (event.case === 'start') process = processOf(event.value.process, context);
      if (event.case === 'data') {
        if (!process) throw new ConnectError('the first message names the process', Code.InvalidArgument);
        await give(process, event.value.input);
      }
    }
    return {};
  }),

  sendSignal: unary(async (request, context) => {
    const process = processOf(request.process, context);
    if (request.signal === processpb.Signal.SIGKILL) process.kill();
    else if (request.signal === processpb.Signal.SIGTERM) process.signal(constants.signals.SIGTERM);
    else throw new ConnectError('only SIGTERM and SIGKILL can be sent', Code.Unimplemented);
    return {};
  }),

  closeStdin: unary(async (request, context) => {
    processOf(request.process, context).closeStdin();
    return {};
  }),
};

async function* eventsOf(process: SandboxProcess, context: HandlerContext): AsyncGenerator<Event> {
  const reader = process.output.read();
  try {
    yield { event: { case: 'start', value: { pid: process.pid } } };
    const output = withPings(() => reader.next(), undefined, pingIntervalOf(context), context.signal);
    for await (const chunk of output) yield chunk === undefined ? PING : dataOf(chunk);
    const end = await process.ended;
    if (!process.timedOut) yield { event: { case: 'end', value: endOf(end) } };
  } finally {
    reader.close();
  }
}

function startOf(request: processpb.StartRequest, context: HandlerContext): ProcessStart {
  const { cmd = '', args = [], envs = {}, cwd } = request.process ?? {};
  if (cmd === '') throw new HoldfastError('INVALID_ARGUMENT', 'No command was given; nothing was run.');
  const user = callerOf(context);
  const size = request.pty ? (request.pty.size ?? NO_SIZE) : undefined;
  const timeoutMs = Number(context.requestHeader.get('connect-timeout-ms') ?? 0);
  return {
    argv: [cmd, ...args],
    env: envs,
    cwd: absolutePath(cwd ?? '', user),
    user,
    stdin: request.stdin ?? true,
    ...(request.tag === undefined ? {} : { tag: request.tag }),
    ...(size ? { pty: { cols: size.cols, rows: size.rows } } : {}),
    ...(timeoutMs > 0 ? { timeoutMs } : {}),
  };
}

/** E2B calls a program, a folder or a user that is not there a wrong argument. */
function asStartError(error: unknown): never {
  const { code, message } = HoldfastError.from(error);
  if (code === 'NOT_FOUND' || code === 'FAILED_PRECONDITION' || code === 'PERMISSION_DENIED') {
    throw new HoldfastError('INVALID_ARGUMENT', message, { cause: error });
  }
  throw error;
}

function infoOf(process: SandboxProcess): MessageInitShape<typeof processpb.ProcessInfoSchema> {
  const { argv, cwd, env, tag } = process.start;
  const [cmd, ...args] = argv;
  return { pid: process.pid, config: { cmd, args, cwd, envs: env }, ...(tag === undefined ? {} : { tag }) };
}

function dataOf({ stream, data }: OutputChunk): Event {
  return { event: { case: 'data', value: { output: { case: stream, value: data } } } };
}

function endOf({
  exitCode,
  signal,
  notice,
}: ProcessEnding): MessageInitShape<typeof processpb.ProcessEvent_EndEventSchema> {
  const status = signal === '' ? `exit status ${exitCode}` : `signal: ${nameOf(signal)}`;
  return {
    exitCode: signal === '' ? exitCode : -1,
    exited: signal === '',
    status,
    ...(status === 'exit status 0' ? {} : { error: notice ?? status }),
  };
}

/** As E2B names the usual ones. */
function nameOf(signal: NodeJS.Signals): string {
  const names: Partial<Record<NodeJS.Signals, string>> = {
    SIGKILL: 'killed',
    SIGTERM: 'terminated',
    SIGINT: 'interrupt',
    SIGSEGV: 'segmentation fault',
    SIGABRT: 'aborted',
    SIGHUP: 'hangup',
  };
  return names[signal] ?? signal;
}

async function give(process: SandboxProcess, input: processpb.ProcessInput | undefined): Promise<void> {
  const given = input?.input;
  if (given?.case === undefined) throw new ConnectError('no input was given', Code.Unimplemented);
  if ((given.case === 'pty') !== (process.start.pty !== undefined)) {
    const own = process.start.pty ? 'pty' : 'stdin';
    throw new ConnectError(`the input of this process goes to its ${own}`, Code.Internal);
  }
  await process.write(given.value);
}

function processOf(
  selector: processpb.ProcessSelector | undefined,
  context: HandlerContext,
): ReturnType<ProcessTable['find']> {
  return sandboxOf(context).processes.find(selectorOf(selector));
}

function selectorOf(selector: processpb.ProcessSelector | undefined): ProcessSelector {
  const selected = selector?.selector;
  if (selected?.case === 'pid') return { pid: selected.value };
  if (selected?.case === 'tag') return { tag: selected.value };
  throw new HoldfastError('INVALID_ARGUMENT', 'A process is named by its pid or its tag; neither was given.');
}
