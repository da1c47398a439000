import { AsyncLocalStorage } from 'node:async_hooks';

import type { Ask } from '../ask.ts';
import { SkillError } from '../ask.ts';
import { builtins } from '../builtin.ts';
import { Container } from '../container/container.ts';
import type { SkillTool } from '../tool.ts';
import type { RunInfo, ToHost } from '../wire/messages.ts';
import type { JsonObject } from '../wire/values.ts';
import { type Channel, openChannel } from './channel.ts';
import { argumentsOf, collect, describeTool } from './collect.ts';

/** A module of the skill: its name in the folder, and what loads it. */
export type SkillModule = readonly [file: string, load: () => Promise<object>];

interface Loaded {
  readonly tools: ReadonlyMap<string, SkillTool>;
  readonly container: Container;
}

/**
 * The whole of a skill's process or thread: loads the modules, says what they offer, answers calls until it is
 * unloaded. A skill that hangs hangs this process only: the service ends it from outside.
 */
export async function serveSkill(modules: readonly SkillModule[]): Promise<void> {
  const channel = openChannel();
  // One promise nobody waited for ends neither the process nor the other calls in it.
  process.on('unhandledRejection', (reason) => {
    process.stderr.write(`Unhandled: ${reason instanceof Error ? (reason.stack ?? reason.message) : String(reason)}\n`);
  });
  const inCall = new AsyncLocalStorage<number>();
  const ask: Ask = (...asked) => channel.askFor(inCall.getStore() ?? 0)(...asked);
  const loaded = await load(modules, channel, ask);
  if (!loaded) return;
  const calls = new Map<number, AbortController>();
  for await (const message of channel.messages) {
    if (message.type === 'cancel') calls.get(message.id)?.abort();
    else if (message.type === 'call') {
      const controller = new AbortController();
      calls.set(message.id, controller);
      void inCall
        .run(message.id, () => answer(message, loaded, channel, controller.signal))
        .finally(() => calls.delete(message.id));
    } else if (message.type === 'release') {
      void loaded.container
        .releaseRun(keyOf(message.run))
        .then((problems) => channel.say({ type: 'done', id: message.id, problems }));
    } else if (message.type === 'unload') {
      channel.say({ type: 'done', id: message.id, problems: await loaded.container.dispose() });
      return;
    }
  }
}

async function load(modules: readonly SkillModule[], channel: Channel, ask: Ask): Promise<Loaded | undefined> {
  let at = '';
  try {
    const exported: object[] = [];
    for (const [file, open] of modules) {
      at = file;
      exported.push(await open());
    }
    at = '';
    const { tools, providers } = collect(exported);
    const given = builtins(ask);
    const wanted = [...tools.values()].flatMap(({ needs }) => Object.values(needs));
    const container = new Container(given, providers, wanted);
    const descriptions = [...tools.values()].map(describeTool);
    const all = [...wanted, ...providers.flatMap(({ needs }) => Object.values(needs))];
    const needs = [...new Set(all.filter((token) => given.has(token)).map(({ name }) => name))];
    channel.say({ type: 'loaded', tools: descriptions, needs });
    return { tools, container };
  } catch (error) {
    const { message, stack = '' } = error instanceof Error ? error : new Error(String(error));
    channel.say({ type: 'failed', message, stack, file: at });
    return undefined;
  }
}

async function answer(
  call: Extract<ToHost, { type: 'call' }>,
  { tools, container }: Loaded,
  channel: Channel,
  signal: AbortSignal,
): Promise<void> {
  const { id, run, actionId, idempotencyKey, attempt } = call;
  try {
    const tool = tools.get(call.tool);
    if (!tool) throw new SkillError('TOOL_UNKNOWN', `The skill has no tool "${call.tool}".`);
    const args = argumentsOf(tool, call.args);
    const given = await container.give(tool.needs, keyOf(run));
    const progress = (fraction: number, message = ''): void => channel.say({ type: 'progress', id, fraction, message });
    const context = { ...run, actionId, idempotencyKey, attempt, signal, progress };
    channel.say({ type: 'result', id, value: resultOf(await tool.run(args, context, given)) });
  } catch (error) {
    const code = error instanceof SkillError ? error.code : 'TOOL_FAILED';
    const message = error instanceof Error ? error.message : String(error);
    if (!(error instanceof SkillError)) process.stderr.write(`${error instanceof Error ? error.stack : message}\n`);
    channel.say({ type: 'error', id, code, message: message.slice(0, 4000) });
  }
}

function resultOf(result: unknown): JsonObject {
  if (result === undefined || result === null) return {};
  if (typeof result === 'string') return { text: result };
  if (Array.isArray(result)) return { items: result as JsonObject[] };
  return result as JsonObject;
}

function keyOf({ tenant, runId }: RunInfo): string {
  return JSON.stringify([tenant, runId]);
}
