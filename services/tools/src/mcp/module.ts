import { TRACEPARENT_META_KEY, type Progress } from '@modelcontextprotocol/client';

import { jsonSchemaInput } from '../input.ts';
import type { Effect, Refusal, ToolContext, ToolModule } from '../tool.ts';
import type { JsonObject } from '@holdfast/protocol';
import type { McpServerPolicy } from './config.ts';
import type { ToolShape } from './drift.ts';
import { outcomeOf } from './result.ts';
import type { Server } from './server/server.ts';

/** What {@link toolModule} needs beside the tool. */
export interface ModuleDeps {
  readonly server: Server;
  readonly policy: McpServerPolicy;
  /** The time-out of a tool that has none of its own, milliseconds. */
  readonly timeoutMs: number;
  /** Why the tool may not be called now; looked at before each call. */
  readonly blocked: (tool: string) => Refusal | undefined;
}

/** So long after its own time-out the platform ends a call that did not heed it. */
const GRACE_MS = 1000;
const MAX_DESCRIPTION = 4000;
const MAX_SCHEMA_CHARS = 128 * 1024;

/**
 * A tool of an MCP server as the tools service holds it.
 *
 * @throws HoldfastError INVALID_ARGUMENT for a schema that cannot be used.
 */
export function toolModule(name: string, tool: ToolShape, deps: ModuleDeps): ToolModule {
  const { server, policy } = deps;
  if (JSON.stringify(tool.inputSchema).length > MAX_SCHEMA_CHARS) {
    throw new Error(`its schema has more than ${MAX_SCHEMA_CHARS} characters`);
  }
  const timeoutMs = policy.tool_timeout_ms[tool.name] ?? policy.timeout_ms ?? deps.timeoutMs;
  const effect = effectOf(tool, policy);
  return {
    name,
    description: `${(tool.description ?? tool.name).slice(0, MAX_DESCRIPTION)}\n\n(MCP server ${server.name})`,
    input: jsonSchemaInput(tool.inputSchema as JsonObject),
    effect,
    approval: approvalOf(tool, policy),
    timeoutMs: timeoutMs + GRACE_MS,
    source: 'mcp',
    deferred: true,
    check: () => deps.blocked(tool.name),
    async run(args, context) {
      const refused = deps.blocked(tool.name);
      if (refused) return { ok: false, ...refused };
      const progress = progressOf(context);
      const result = await server.request(
        {
          timeoutMs,
          signal: context.signal,
          onProgress: progress.report,
          send: (client, options) =>
            client.callTool({ name: tool.name, arguments: args, _meta: metaOf(context) }, options),
        },
        effect !== 'write',
      );
      await progress.told();
      return outcomeOf(result, { context, tool: name });
    },
  };
}

/** What a server says of its tools counts only where the operator trusts it. */
function effectOf({ annotations }: ToolShape, { trust }: McpServerPolicy): Effect {
  if (!trust) return 'write';
  if (annotations?.readOnlyHint === true) return 'read';
  return annotations?.idempotentHint === true ? 'idempotent' : 'write';
}

function approvalOf({ annotations }: ToolShape, { trust, approval }: McpServerPolicy): 'none' | 'always' {
  if (approval !== 'auto') return approval;
  const harmless = annotations?.readOnlyHint === true || annotations?.destructiveHint === false;
  return trust && harmless ? 'none' : 'always';
}

function metaOf({ idempotencyKey, traceparent }: ToolContext): Record<string, string> {
  return {
    'holdfast.dev/idempotency-key': idempotencyKey,
    ...(traceparent === '' ? {} : { [TRACEPARENT_META_KEY]: traceparent }),
  };
}

/** Hands progress on. Of what comes while the viewers still take the last one only the newest is kept: a flood stops nobody. */
function progressOf(context: ToolContext): { report: (progress: Progress) => void; told: () => Promise<void> } {
  let newest: Progress | undefined;
  let telling: Promise<void> | undefined;
  const tell = async (): Promise<void> => {
    for (; newest && !context.signal.aborted; ) {
      const { progress, total, message = '' } = newest;
      newest = undefined;
      const fraction = total !== undefined && total > 0 ? Math.min(1, Math.max(0, progress / total)) : -1;
      await context.emit({ type: 'progress', fraction, message: message.slice(0, 500) });
    }
    telling = undefined;
  };
  return {
    report(progress) {
      newest = progress;
      // Rejects where the call was aborted meanwhile: then nobody looks any more.
      telling ??= tell().catch(() => undefined);
    },
    async told() {
      await telling;
    },
  };
}
