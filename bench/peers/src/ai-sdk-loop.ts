import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { isStepCount, jsonSchema, streamText, tool } from 'ai';

/**
 * The bare streaming loop of the AI SDK against an OpenAI-compatible server: nothing is kept, nothing is watched.
 *
 * @param baseUrl for instance `http://127.0.0.1:8000/v1`
 * @returns a function that does one run and resolves to the number of its model calls
 */
export function openLoop(baseUrl: string): () => Promise<number> {
  const model = createOpenAICompatible({ name: 'bench', baseURL: baseUrl, apiKey: 'none' }).chatModel('scripted');
  const tools = {
    tiny: tool({
      description: 'tiny',
      inputSchema: jsonSchema<{ n: number }>({ type: 'object' }),
      execute: async (args) => ({ ran: 'tiny', ...args }),
    }),
  };
  return async () => {
    const { fullStream } = streamText({ model, tools, prompt: 'Go.', stopWhen: isStepCount(50) });
    let steps = 0;
    for await (const part of fullStream) {
      if (part.type === 'error') throw part.error;
      if (part.type === 'finish-step') steps += 1;
    }
    return steps;
  };
}
