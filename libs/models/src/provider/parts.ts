import type { LanguageModelV4StreamPart, LanguageModelV4ToolCall, SharedV4ProviderMetadata } from '@ai-sdk/provider';
import { HoldfastError, type JsonObject } from '@holdfast/protocol';

import type { AssistantPart, ModelPart, ProviderData } from '../model.ts';

/** The most characters of one text, one reasoning, or the arguments of one tool call. */
export const MAX_PART_CHARS = 8 * 1024 * 1024;
const MAX_INVALID_CHARS = 8 * 1024;

interface Block {
  readonly type: 'text' | 'reasoning';
  readonly pieces: string[];
  chars: number;
  metadata: SharedV4ProviderMetadata | undefined;
}

/** Turns the parts of the provider layer's stream into ours: deltas as they come, and each complete piece. */
export class PartAssembler {
  readonly #id: string;
  readonly #owner: string;
  readonly #blocks = new Map<string, Block>();
  readonly #argumentChars = new Map<string, number>();
  readonly #callIds = new Set<string>();

  /**
   * @param id of the model, for messages
   * @param owner see `createPromptConverter`
   */
  constructor(id: string, owner: string) {
    this.#id = id;
    this.#owner = owner;
  }

  /** @throws HoldfastError MODEL_MALFORMED where a piece is too long. */
  *take(part: LanguageModelV4StreamPart): Generator<ModelPart> {
    switch (part.type) {
      case 'text-start':
      case 'reasoning-start':
        this.#open(part.type === 'text-start' ? 'text' : 'reasoning', part.id, part.providerMetadata);
        return;
      case 'text-delta':
      case 'reasoning-delta': {
        const type = part.type === 'text-delta' ? 'text' : 'reasoning';
        const block = this.#open(type, part.id, part.providerMetadata);
        if (part.delta === '') return;
        block.pieces.push(part.delta);
        block.chars = this.#count(block.chars, part.delta);
        yield { type, delta: part.delta };
        return;
      }
      case 'text-end':
      case 'reasoning-end':
        yield* this.#close(`${part.type === 'text-end' ? 'text' : 'reasoning'} ${part.id}`, part.providerMetadata);
        return;
      case 'tool-input-delta':
        this.#argumentChars.set(part.id, this.#count(this.#argumentChars.get(part.id) ?? 0, part.delta));
        return;
      case 'tool-call':
        this.#count(0, part.input);
        // Some providers end a text only after the calls that follow it.
        yield* this.flush();
        yield { type: 'part', part: this.#toolCall(part) };
        return;
      case 'error':
      case 'finish':
        // For the reader of the stream.
        return;
      case 'stream-start':
      case 'response-metadata':
      case 'ping':
      case 'raw':
      case 'source':
      case 'custom':
      case 'tool-input-start':
      case 'tool-input-end':
        // These carry nothing of the answer.
        return;
      case 'file':
      case 'reasoning-file':
      case 'tool-result':
      case 'tool-approval-request':
        // Only what was never asked for gives these: images, and tools that the provider runs itself.
        return;
    }
  }

  /** Completes what is still open. */
  *flush(): Generator<ModelPart> {
    for (const key of this.#blocks.keys()) yield* this.#close(key, undefined);
  }

  #open(type: Block['type'], id: string, metadata: SharedV4ProviderMetadata | undefined): Block {
    const key = `${type} ${id}`;
    const block = this.#blocks.get(key) ?? { type, pieces: [], chars: 0, metadata: undefined };
    block.metadata = merge(block.metadata, metadata);
    this.#blocks.set(key, block);
    return block;
  }

  *#close(key: string, metadata: SharedV4ProviderMetadata | undefined): Generator<ModelPart> {
    const block = this.#blocks.get(key);
    if (!block) return;
    this.#blocks.delete(key);
    const text = block.pieces.join('');
    let provider = merge(block.metadata, metadata);
    if (text === '' && !provider) return;
    // Marks whose reasoning it is: it goes back to its own provider only.
    if (block.type === 'reasoning') provider = merge(provider, { holdfast: { provider: this.#owner } });
    const part: AssistantPart = { type: block.type, text, ...(provider && { provider: plain(provider) }) };
    yield { type: 'part', part };
  }

  #toolCall(call: LanguageModelV4ToolCall): AssistantPart {
    const base = {
      type: 'tool-call',
      id: this.#uniqueId(call.toolCallId),
      name: call.toolName,
      ...(call.providerMetadata && { provider: plain(call.providerMetadata) }),
    } as const;
    const parsed = parseArguments(call.input);
    if (parsed) return { ...base, arguments: parsed };
    return { ...base, arguments: {}, invalid: call.input.slice(0, MAX_INVALID_CHARS) };
  }

  /** Some servers give every call of an answer the same id, or none. */
  #uniqueId(given: string): string {
    const stem = given === '' ? 'call' : given;
    let id = stem;
    for (let number = 2; this.#callIds.has(id); number += 1) id = `${stem}_${number}`;
    this.#callIds.add(id);
    return id;
  }

  #count(before: number, piece: string): number {
    const chars = before + piece.length;
    if (chars <= MAX_PART_CHARS) return chars;
    throw new HoldfastError(
      'MODEL_MALFORMED',
      `${this.#id}: one piece of its answer is longer than ${MAX_PART_CHARS} characters.`,
    );
  }
}

/** The arguments of a tool call, or undefined where they are not a JSON object. None at all are an empty one. */
function parseArguments(input: string): JsonObject | undefined {
  if (input.trim() === '') return {};
  try {
    const value: unknown = JSON.parse(input);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as JsonObject) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function merge(
  one: SharedV4ProviderMetadata | undefined,
  other: SharedV4ProviderMetadata | undefined,
): SharedV4ProviderMetadata | undefined {
  if (!one || !other) return one ?? other;
  const merged = { ...one };
  for (const [key, value] of Object.entries(other)) merged[key] = { ...merged[key], ...value };
  return merged;
}

/** Plain JSON, as it is journalled: without what JSON has no word for. */
function plain(metadata: SharedV4ProviderMetadata): ProviderData {
  return JSON.parse(JSON.stringify(metadata)) as ProviderData;
}
