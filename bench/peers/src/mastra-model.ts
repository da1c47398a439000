import type { MastraModelConfig } from '@mastra/core/llm';

import type { ScriptedRun } from './scripted-run.ts';

/** The model interface and its stream's parts, in the version of the AI SDK that Mastra itself carries. */
type StreamingModel = Extract<MastraModelConfig, { specificationVersion: 'v4' }>;
type Streamed = Awaited<ReturnType<StreamingModel['doStream']>>['stream'];
type StreamPart = Streamed extends ReadableStream<infer Part> ? Part : never;

const USAGE = {
  inputTokens: { total: 7, noCache: 7, cacheRead: 0, cacheWrite: 0 },
  outputTokens: { total: 3, text: 3, reasoning: 0 },
};

/** The harness's scripted model behind the AI SDK's language model interface, streaming only: Mastra asks for streams. */
export function scriptedLanguageModel(run: ScriptedRun): StreamingModel {
  return {
    specificationVersion: 'v4',
    provider: 'scripted',
    modelId: 'scripted',
    supportedUrls: {},
    doGenerate: (): Promise<never> => Promise.reject(new Error('the scripted model streams only')),
    doStream: async ({ prompt }) => ({
      stream: ReadableStream.from(parts(run.answer(prompt.map(({ role }) => role)))),
    }),
  };
}

async function* parts(answer: ReturnType<ScriptedRun['answer']>): AsyncGenerator<StreamPart> {
  yield { type: 'stream-start', warnings: [] };
  let open = false;
  for await (const part of answer) {
    if (part.type === 'text') {
      if (!open) yield { type: 'text-start', id: 'text' };
      open = true;
      yield { type: 'text-delta', id: 'text', delta: part.delta };
    } else if (part.type === 'part' && part.part.type === 'tool-call') {
      if (open) yield { type: 'text-end', id: 'text' };
      open = false;
      const { id, name, arguments: args } = part.part;
      yield { type: 'tool-call', toolCallId: id, toolName: name, input: JSON.stringify(args) };
    } else if (part.type === 'finish') {
      if (open) yield { type: 'text-end', id: 'text' };
      const unified = part.reason === 'tool-calls' ? 'tool-calls' : 'stop';
      yield { type: 'finish', usage: USAGE, finishReason: { unified, raw: unified } };
    }
  }
}
