import type { CallbackManagerForLLMRun } from '@langchain/core/callbacks/manager';
import { BaseChatModel } from '@langchain/core/language_models/chat_models';
import { AIMessageChunk, type BaseMessage } from '@langchain/core/messages';
import { ChatGenerationChunk, type ChatResult } from '@langchain/core/outputs';

import type { Role, ScriptedRun } from './scripted-run.ts';

const ROLES: Readonly<Record<string, Role>> = { system: 'system', human: 'user', ai: 'assistant', tool: 'tool' };

/** The harness's scripted model behind LangChain's chat model interface, streaming. */
export class ScriptedChatModel extends BaseChatModel {
  readonly #run: ScriptedRun;

  constructor(run: ScriptedRun) {
    super({});
    this.#run = run;
  }

  override _llmType(): string {
    return 'scripted';
  }

  override bindTools(): this {
    return this;
  }

  override async _generate(
    messages: BaseMessage[],
    options: this['ParsedCallOptions'],
    manager?: CallbackManagerForLLMRun,
  ): Promise<ChatResult> {
    const chunks: ChatGenerationChunk[] = [];
    for await (const chunk of this._streamResponseChunks(messages, options, manager)) chunks.push(chunk);
    return { generations: [chunks.reduce((whole, chunk) => whole.concat(chunk))] };
  }

  override async *_streamResponseChunks(
    messages: BaseMessage[],
    _options: this['ParsedCallOptions'],
    manager?: CallbackManagerForLLMRun,
  ): AsyncGenerator<ChatGenerationChunk> {
    const roles = messages.map((message) => ROLES[message.getType()] ?? 'user');
    let calls = 0;
    for await (const part of this.#run.answer(roles)) {
      if (part.type === 'text') {
        yield new ChatGenerationChunk({ text: part.delta, message: new AIMessageChunk(part.delta) });
        await manager?.handleLLMNewToken(part.delta);
      } else if (part.type === 'part' && part.part.type === 'tool-call') {
        const { id, name, arguments: args } = part.part;
        const chunk = { id, name, args: JSON.stringify(args), index: calls, type: 'tool_call_chunk' as const };
        calls += 1;
        yield new ChatGenerationChunk({
          text: '',
          message: new AIMessageChunk({ content: '', tool_call_chunks: [chunk] }),
        });
      }
    }
  }
}
