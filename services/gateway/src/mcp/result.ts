import {
  type CallToolResult,
  type InputRequiredResult,
  isInputRequiredResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { HoldfastError } from '@holdfast/protocol';

import type { Scope } from '../auth/roles.ts';
import { callerOfRequest, type McpCaller } from './caller.ts';

/** What a tool gives: words for the model, and the same for programs. */
export interface ToolAnswer {
  readonly text: string;
  readonly value: Record<string, unknown>;
  /** True: what was asked for was done, and failed. */
  readonly failed?: boolean;
}

/**
 * A tool as the SDK calls it: checks the scope of the request at hand, and turns what is thrown into a result that a model
 * can act on, with nothing in it but the sentence that is meant for callers.
 */
export function tool<A>(
  scope: Scope,
  act: (args: A, caller: McpCaller, ctx: ServerContext) => Promise<ToolAnswer | InputRequiredResult>,
): (args: A, ctx: ServerContext) => Promise<CallToolResult | InputRequiredResult> {
  return async (args, ctx) => {
    try {
      const caller = callerOfRequest(ctx);
      caller.need(scope);
      const answer = await act(args, caller, ctx);
      if (isInputRequiredResult(answer)) return answer;
      const { text, value, failed = false } = answer;
      return { content: [{ type: 'text', text }], structuredContent: value, isError: failed };
    } catch (error) {
      const { code, message } = HoldfastError.from(error);
      return { content: [{ type: 'text', text: `${code}: ${message}` }], isError: true };
    }
  };
}
