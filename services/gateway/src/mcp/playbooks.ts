import { agentpb, create, type JsonObject, type JsonValue } from '@holdfast/protocol';
import { z } from 'zod';

import type { McpInstance } from './instance.ts';

/** The playbooks, as prompts whose arguments are their parameters: what a person picks, and the client's model carries out. */
export async function registerPlaybooks({ caller, context, server }: McpInstance): Promise<void> {
  const { agents } = await context.deps.agent.listAgents(
    create(agentpb.ListAgentsRequestSchema, { caller: caller.toCaller() }),
  );
  for (const { description, name, parameters, playbook, unavailable } of agents) {
    if (!playbook || unavailable !== '') continue;
    server.registerPrompt(name, { description, argsSchema: argumentsOf(parameters ?? {}) }, (given) => {
      const wanted = { agent: name, parameters: given };
      const text = `Call the tool run_agent with ${JSON.stringify(wanted)} and give me its report. Values that a parameter's schema has as number, boolean, list or object are to be sent as such.`;
      return { messages: [{ role: 'user', content: { type: 'text', text } }] };
    });
  }
}

/** Arguments of prompts are texts, whatever the parameter is. */
function argumentsOf(schema: JsonObject): z.ZodObject<Record<string, z.ZodType<string | undefined>>> {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  const shape: Record<string, z.ZodType<string | undefined>> = {};
  for (const [name, property] of Object.entries(objectOf(schema['properties']))) {
    const description = objectOf(property)['description'];
    const argument = typeof description === 'string' ? z.string().describe(description) : z.string();
    shape[name] = required.includes(name) ? argument : argument.optional();
  }
  return z.object(shape);
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
