import { toJSONSchema, type z } from 'zod';

import { construct, injectedBy } from '../inject.ts';
import { disposeOf, isProvider, type Provider, type Scope } from '../provide.ts';
import { token, type Token } from '../token.ts';
import {
  isSkillTool,
  type SkillContext,
  type SkillResult,
  type SkillTool,
  toolMethods,
  type ToolOptions,
} from '../tool.ts';
import type { ToolDescription } from '../wire/messages.ts';
import type { JsonObject } from '../wire/values.ts';

/** What the modules of a skill export that counts. */
export interface Collected {
  readonly tools: ReadonlyMap<string, SkillTool>;
  readonly providers: readonly Provider[];
}

const NAME = /^[a-z][a-z0-9_]{0,63}$/;

/** Finds tools, classes with tools, and providers. @throws TypeError for two tools of a name, and for bad names. */
export function collect(modules: readonly object[]): Collected {
  const tools = new Map<string, SkillTool>();
  const providers: Provider[] = [];
  const add = (tool: SkillTool): void => {
    if (!NAME.test(tool.name)) {
      throw new TypeError(`The tool "${tool.name}" needs a name of small letters, digits and _, at most 64.`);
    }
    if (tools.has(tool.name)) throw new TypeError(`Two tools are named "${tool.name}". Rename one.`);
    tools.set(tool.name, tool);
  };
  for (const value of new Set(modules.flatMap((module) => Object.values(module) as unknown[]))) {
    if (isSkillTool(value)) add(value);
    else if (isProvider(value)) providers.push(value);
    else if (toolMethods(value).length > 0) fromClass(value as new () => object, providers).forEach(add);
  }
  scopesOfClasses(providers);
  return { tools, providers };
}

interface ClassProvider extends Provider {
  scope: Scope;
  readonly ofClass: true;
}

/** A class is provided like anything else; its methods are tools that need the object. */
function fromClass(type: new () => object, providers: Provider[]): readonly SkillTool[] {
  const self = token<object>(type.name);
  const wanted = injectedBy(type);
  const provider: ClassProvider = {
    token: self as Token<unknown>,
    scope: 'process',
    needs: Object.fromEntries(wanted.map((one, at) => [at, one])),
    create: (given) => construct(type, new Map(wanted.map((one, at) => [one, given[at]]))),
    dispose: disposeOf,
    ofClass: true,
  };
  providers.push(provider);
  return toolMethods(type).map(({ method, options }) => ({
    ...options,
    needs: { self: self as Token<unknown> },
    run(args, context, given) {
      const object = given['self'] as Record<string | symbol, (a: typeof args, c: SkillContext) => SkillResult>;
      return object[method]?.(args, context);
    },
  }));
}

/** An object lives as long as the shortest-lived thing in it. */
function scopesOfClasses(providers: readonly Provider[]): void {
  const byToken = new Map(providers.map((provider) => [provider.token, provider]));
  for (const provider of providers.filter((one): one is ClassProvider => 'ofClass' in one)) {
    const short = Object.values(provider.needs).some((need) => byToken.get(need)?.scope === 'run');
    if (short) provider.scope = 'run';
  }
}

/** The tool in words that cross the wire. */
export function describeTool(tool: SkillTool): ToolDescription {
  const { name, description, effect = 'write', approval = 'none', timeoutMs = 30_000 } = tool;
  if (typeof description !== 'string' || description.trim() === '') {
    throw new TypeError(`The tool "${name}" needs a description: a model chooses by it.`);
  }
  return { name, description, parameters: schemaOf(tool.parameters), effect, approval, timeoutMs };
}

/** Arguments as the tool's own schema gives them, with its defaults. @throws TypeError where they do not fit. */
export function argumentsOf(tool: SkillTool, given: JsonObject): Readonly<Record<string, unknown>> {
  if (!isZod(tool.parameters)) return given;
  const parsed = tool.parameters.safeParse(given);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, 5).map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new TypeError(`The arguments of ${tool.name} do not fit. ${issues.join('; ')}`);
}

function schemaOf(parameters: ToolOptions<z.ZodObject | JsonObject>['parameters']): JsonObject {
  if (!isZod(parameters)) return parameters;
  const { $schema: _, ...schema } = toJSONSchema(parameters, { io: 'input' });
  return schema as JsonObject;
}

function isZod(parameters: z.ZodObject | JsonObject): parameters is z.ZodObject {
  return '_zod' in parameters;
}
