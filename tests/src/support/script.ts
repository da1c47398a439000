import type { Message, Model, ModelCall, ModelPart } from '@holdfast/models';
import { commonpb, create, type JsonObject, type ToolsApi, toolspb } from '@holdfast/protocol';

import { noHistory } from './no-history.ts';

/** What a scripted model says in one step: text, or calls of tools. */
export interface Said {
  readonly text?: string;
  readonly calls?: readonly (readonly [tool: string, args: JsonObject])[];
}

/** A model that says what `script` tells for the number of answers given so far and the conversation. */
export function saying(
  script: (step: number, call: ModelCall) => Said | Promise<Said>,
  costUsd: number | undefined = 0,
): Model {
  return {
    id: 'test/model',
    playbook: false,
    async *stream(call): AsyncGenerator<ModelPart, void, undefined> {
      const step = call.messages.filter((message) => message.role === 'assistant').length;
      const { text = '', calls = [] } = await script(step, call);
      for (const delta of text.match(/.{1,8}/gs) ?? []) yield { type: 'text', delta };
      if (text !== '') yield { type: 'part', part: { type: 'text', text } };
      for (const [index, [name, args]] of calls.entries()) {
        yield { type: 'part', part: { type: 'tool-call', id: `s${step}c${index}`, name, arguments: args } };
      }
      const usage = { inputTokens: 10, outputTokens: 5, cachedInputTokens: 0 };
      const reason = calls.length > 0 ? 'tool-calls' : 'stop';
      yield { type: 'finish', model: 'test/model', reason, usage, costUsd };
    },
  };
}

/** A tool of a test. */
export interface TestTool {
  readonly effect?: commonpb.Effect;
  readonly approval?: toolspb.Approval;
  readonly asksHuman?: boolean;
  readonly run?: (args: JsonObject, signal: AbortSignal) => Promise<JsonObject>;
}

/** A tools service of the test's own tools; counts the calls that were made. */
export function testTools(tools: Record<string, TestTool>): ToolsApi & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    calls,
    async listTools() {
      return create(toolspb.ListToolsResponseSchema, {
        tools: Object.entries(tools).map(([name, tool]) =>
          create(toolspb.ToolSchema, { name, parameters: { type: 'object' }, asksHuman: tool.asksHuman ?? false }),
        ),
      });
    },
    async prepareCall({ tool: name }) {
      const tool = tools[name];
      return create(toolspb.PrepareCallResponseSchema, {
        effect: tool?.effect ?? commonpb.Effect.READ,
        approval: tool?.approval ?? toolspb.Approval.NONE,
        ...(tool
          ? {}
          : {
              problem: create(commonpb.ErrorDetailSchema, {
                code: 'TOOL_UNKNOWN',
                message: `There is no tool ${name}.`,
              }),
            }),
      });
    },
    async *callTool({ tool: name, arguments: args = {}, actionId }, options) {
      calls.push(`${actionId} ${name}`);
      const signal = options?.signal ?? new AbortController().signal;
      const value = (await tools[name]?.run?.(args, signal)) ?? { ran: name, ...args };
      const result = create(toolspb.ToolResultSchema, { ok: true, value });
      yield create(toolspb.CallToolResponseSchema, { event: { case: 'result', value: result } });
    },
    async reconcile() {
      return create(toolspb.ReconcileResponseSchema, { verdict: toolspb.Reconciliation.UNKNOWN });
    },
    async releaseRun() {
      return create(toolspb.ReleaseRunResponseSchema);
    },
    ...noHistory,
  };
}

/** The results that the model was given, as it saw them. */
export function resultsIn(messages: readonly Message[]): { name: string; ok: boolean; value: unknown }[] {
  return messages.flatMap((message) =>
    message.role === 'tool' ? [{ name: message.name, ok: message.ok, value: message.value }] : [],
  );
}
