import type {
  LanguageModelV4FunctionTool,
  LanguageModelV4Message,
  LanguageModelV4ReasoningPart,
  LanguageModelV4TextPart,
  LanguageModelV4ToolCallPart,
  LanguageModelV4ToolResultPart,
  SharedV4ProviderOptions,
} from '@ai-sdk/provider';

import type { AssistantPart, Message, ToolSpec } from '../model.ts';

type ToolResult = Extract<Message, { role: 'tool' }>;
type AssistantContent = LanguageModelV4TextPart | LanguageModelV4ReasoningPart | LanguageModelV4ToolCallPart;

/** Turns conversations into prompts of the provider layer. Remembers what it converted, by object identity. */
export interface PromptConverter {
  prompt(messages: readonly Message[]): LanguageModelV4Message[];
  tools(specs: readonly ToolSpec[]): LanguageModelV4FunctionTool[] | undefined;
}

/**
 * @param owner the provider's name. Reasoning of another is not sent to it, since none takes the signatures of another,
 *   not even of the same kind with another account.
 * @param cache whether to ask for prompt caching at the end of the prompt (Anthropic does it only when asked)
 */
export function createPromptConverter(owner: string, cache: boolean): PromptConverter {
  const assistants = new WeakMap<Message, LanguageModelV4Message>();
  const results = new WeakMap<Message, LanguageModelV4ToolResultPart>();
  const toolLists = new WeakMap<readonly ToolSpec[], LanguageModelV4FunctionTool[]>();

  const assistantOf = (message: Extract<Message, { role: 'assistant' }>) => {
    const content = message.parts.flatMap((part) => convertPart(part, owner));
    return content.length === 0 ? undefined : ({ role: 'assistant', content } as const);
  };

  return {
    prompt(messages) {
      const prompt: LanguageModelV4Message[] = [];
      let together: LanguageModelV4ToolResultPart[] | undefined;
      for (const message of messages) {
        if (message.role === 'tool') {
          // Google wants the results of parallel calls in one message; the others do not mind.
          if (!together) prompt.push({ role: 'tool', content: (together = []) });
          together.push(remember(results, message, () => convertResult(message)));
          continue;
        }
        together = undefined;
        if (message.role === 'system') prompt.push({ role: 'system', content: message.text });
        else if (message.role === 'user')
          prompt.push({ role: 'user', content: [{ type: 'text', text: message.text }] });
        else {
          const converted = assistants.get(message) ?? assistantOf(message);
          if (!converted) continue;
          assistants.set(message, converted);
          prompt.push(converted);
        }
      }
      return cache ? withCacheMarks(prompt) : prompt;
    },
    tools(specs) {
      if (specs.length === 0) return undefined;
      return remember(toolLists, specs, () =>
        specs.map(({ name, description, parameters }) => ({
          type: 'function',
          name,
          description,
          inputSchema: parameters,
        })),
      );
    },
  };
}

function remember<K extends object, V>(known: WeakMap<K, V>, key: K, make: () => V): V {
  const before = known.get(key);
  if (before !== undefined) return before;
  const made = make();
  known.set(key, made);
  return made;
}

function convertPart(part: AssistantPart, owner: string): AssistantContent[] {
  const options = part.provider ? { providerOptions: part.provider as SharedV4ProviderOptions } : {};
  switch (part.type) {
    case 'text':
      return part.text === '' && !part.provider ? [] : [{ type: 'text', text: part.text, ...options }];
    case 'reasoning':
      return !isOwn(part, owner) ? [] : [{ type: 'reasoning', text: part.text, ...options }];
    case 'tool-call':
      return [{ type: 'tool-call', toolCallId: part.id, toolName: part.name, input: part.arguments, ...options }];
  }
}

/** Whether `owner` gave this reasoning; the assembler of its parts has marked it. */
function isOwn({ provider }: AssistantPart, owner: string): boolean {
  const mark = provider?.['holdfast'];
  return typeof mark === 'object' && mark !== null && !Array.isArray(mark) && mark['provider'] === owner;
}

function convertResult({ callId, name, ok, value }: ToolResult): LanguageModelV4ToolResultPart {
  const base = { type: 'tool-result', toolCallId: callId, toolName: name } as const;
  if (typeof value === 'string') return { ...base, output: { type: ok ? 'text' : 'error-text', value } };
  return { ...base, output: { type: ok ? 'json' : 'error-json', value } };
}

/** A mark at the system prompt and one at the end: what lies before a mark is billed once, then read from the cache. */
function withCacheMarks(prompt: LanguageModelV4Message[]): LanguageModelV4Message[] {
  const providerOptions = { anthropic: { cacheControl: { type: 'ephemeral' } } };
  const last = prompt.length - 1;
  return prompt.map((message, index) =>
    index === last || message.role === 'system' ? { ...message, providerOptions } : message,
  );
}
