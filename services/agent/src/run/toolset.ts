import { matchesGlob } from 'node:path';

import type { Message, ToolSpec } from '@holdfast/models';
import { commonpb, create, type ToolsApi, toolspb } from '@holdfast/protocol';

/** A tool that an agent may use. */
export interface AgentTool extends ToolSpec {
  /** Not shown to the model until `find_tools` has named it. */
  readonly deferred: boolean;
  /** A question to a human. */
  readonly asksHuman: boolean;
}

/** The tools that an agent may use in a run of `tenant`, as they are at this moment. */
export type Toolset = (tenant: string) => Promise<readonly AgentTool[]>;

/** The tool that names others: what it has named in a run is shown to the model from then on. */
export const FINDER = 'find_tools';

/**
 * The tools of the tools service. They are asked for before each step, since skills and MCP servers come and go; what
 * has not changed is not sent again.
 *
 * @param allowed names, in which * stands for anything; undefined: all
 */
export function toolsetOf(tools: ToolsApi, allowed: readonly string[] | undefined): Toolset {
  const known = new Map<string, { revision: number; tools: readonly AgentTool[] }>();
  return async (tenant) => {
    const before = known.get(tenant);
    const request = create(toolspb.ListToolsRequestSchema, {
      caller: create(commonpb.CallerSchema, { tenant }),
      knownRevision: before?.revision ?? 0,
    });
    const answer = await tools.listTools(request);
    if (before?.revision === answer.revision) return before.tools;
    const listed = answer.tools
      .filter(({ name }) => allowed?.some((pattern) => matchesGlob(name, pattern)) ?? true)
      .map(({ name, description, parameters, deferred, asksHuman }) => ({
        name,
        description,
        parameters: parameters ?? {},
        deferred,
        asksHuman,
      }));
    known.set(tenant, { revision: answer.revision, tools: listed });
    return listed;
  };
}

/** What a model is shown: all but the deferred tools that no `find_tools` of the conversation has named. */
export function shownTools(tools: readonly AgentTool[], messages: readonly Message[]): readonly ToolSpec[] {
  const found = tools.some(({ deferred }) => deferred) ? foundTools(messages) : new Set();
  return tools
    .filter(({ deferred, name }) => !deferred || found.has(name))
    .map(({ name, description, parameters }) => ({ name, description, parameters }));
}

function foundTools(messages: readonly Message[]): ReadonlySet<unknown> {
  const found = new Set<unknown>();
  for (const message of messages) {
    if (message.role !== 'tool' || message.name !== FINDER || !message.ok) continue;
    const { value } = message;
    const named = typeof value === 'object' && value !== null && 'tools' in value ? value['tools'] : undefined;
    if (!Array.isArray(named)) continue;
    for (const tool of named) if (typeof tool === 'object' && tool !== null && 'name' in tool) found.add(tool['name']);
  }
  return found;
}
