import { posix } from 'node:path';

import { Code, ConnectError, type ServiceImpl } from '@connectrpc/connect';
import { create, filesystempb, HoldfastError, type MessageInitShape } from '@holdfast/protocol';

import type { SandboxUser } from '../../sandboxes/box.ts';
import type { FileEvent, SandboxFiles } from '../../sandboxes/files.ts';
import type { LiveSandbox } from '../../sandboxes/live-sandbox.ts';
import { entryInfo } from './entry-info.ts';
import { callerOf, pingIntervalOf, sandboxOf, streaming, unary, withPings } from './rpc.ts';
import { absolutePath } from './user-path.ts';
import { Watchers } from './watchers.ts';

type Answer = MessageInitShape<typeof filesystempb.WatchDirResponseSchema>;

const TYPES = {
  create: filesystempb.EventType.CREATE,
  write: filesystempb.EventType.WRITE,
  remove: filesystempb.EventType.REMOVE,
  rename: filesystempb.EventType.RENAME,
  chmod: filesystempb.EventType.CHMOD,
} as const;

/**
 * The filesystem service of envd.
 *
 * @param newId an id for a watcher.
 */
export function createFilesystemService(newId: () => string): ServiceImpl<typeof filesystempb.Filesystem> {
  const watchers = new WeakMap<LiveSandbox, Watchers>();
  const watchersOf = (sandbox: LiveSandbox): Watchers => {
    const known = watchers.get(sandbox) ?? new Watchers(newId);
    watchers.set(sandbox, known);
    return known;
  };

  return {
    stat: unary(async ({ path }, context) => {
      const user = callerOf(context);
      return { entry: entryInfo(await sandboxOf(context).files.stat(absolutePath(path, user), user)) };
    }),

    makeDir: unary(async ({ path }, context) => {
      const { files } = sandboxOf(context);
      const user = callerOf(context);
      const absolute = absolutePath(path, user);
      await files.makeDir(absolute, user);
      return { entry: entryInfo(await files.stat(absolute, user)) };
    }),

    move: unary(async ({ source, destination }, context) => {
      const { files } = sandboxOf(context);
      const user = callerOf(context);
      const to = absolutePath(destination, user);
      await files.move(absolutePath(source, user), to, user);
      return { entry: entryInfo(await files.stat(to, user)) };
    }),

    listDir: unary(async ({ path, depth }, context) => {
      const user = callerOf(context);
      const listed = sandboxOf(context).files.list(absolutePath(path, user), Math.max(1, depth), user);
      const entries = await listed.catch(asNotAFolder);
      return { entries: entries.map((entry) => entryInfo(entry)) };
    }),

    remove: unary(async ({ path }, context) => {
      const user = callerOf(context);
      await sandboxOf(context).files.remove(absolutePath(path, user), user);
      return {};
    }),

    watchDir: streaming(async function* watchDir(request, context) {
      const { files } = sandboxOf(context);
      const user = callerOf(context);
      const folder = absolutePath(request.path, user);
      const watch = await files.watch(folder, { recursive: request.recursive, user }).catch(asNotAFolder);
      try {
        yield create(filesystempb.WatchDirResponseSchema, { event: { case: 'start', value: {} } });
        const source = watch.events[Symbol.asyncIterator]();
        const next = async () => {
          const { done, value } = await source.next();
          return done ? undefined : value;
        };
        for await (const event of withPings(next, undefined, pingIntervalOf(context), context.signal)) {
          const answer: Answer = event
            ? { event: { case: 'filesystem', value: await eventOf(event, folder, files, user, request.includeEntry) } }
            : { event: { case: 'keepalive', value: {} } };
          yield create(filesystempb.WatchDirResponseSchema, answer);
        }
      } finally {
        watch.close();
      }
    }),

    createWatcher: unary(async (request, context) => {
      const sandbox = sandboxOf(context);
      const user = callerOf(context);
      const folder = absolutePath(request.path, user);
      const watch = await sandbox.files.watch(folder, { recursive: request.recursive, user }).catch(asNotAFolder);
      return { watcherId: watchersOf(sandbox).add({ watch, folder, user, includeEntry: request.includeEntry }) };
    }),

    getWatcherEvents: unary(async ({ watcherId }, context) => {
      const sandbox = sandboxOf(context);
      const { events, watched } = watchersOf(sandbox).take(watcherId);
      const { folder, user, includeEntry } = watched;
      return {
        events: await Promise.all(events.map((event) => eventOf(event, folder, sandbox.files, user, includeEntry))),
      };
    }),

    removeWatcher: unary(async ({ watcherId }, context) => {
      watchersOf(sandboxOf(context)).remove(watcherId);
      return {};
    }),
  };
}

async function eventOf(
  { name, type }: FileEvent,
  folder: string,
  files: SandboxFiles,
  user: SandboxUser,
  includeEntry: boolean,
): Promise<filesystempb.FilesystemEvent> {
  const event = create(filesystempb.FilesystemEventSchema, { name, type: TYPES[type] });
  // What was removed or renamed is no longer what is found at its path.
  if (!includeEntry || type === 'remove' || type === 'rename') return event;
  const entry = await files.stat(posix.join(folder, name), user).catch(ifThere);
  if (entry) event.entry = entryInfo(entry);
  return event;
}

function ifThere(error: unknown): undefined {
  if (!HoldfastError.has(error, 'NOT_FOUND')) throw error;
}

/** E2B calls a path that is no folder a wrong argument. */
function asNotAFolder(error: unknown): never {
  if (!HoldfastError.has(error, 'FAILED_PRECONDITION')) throw error;
  throw new ConnectError(error.message, Code.InvalidArgument);
}
