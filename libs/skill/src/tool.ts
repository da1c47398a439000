import type { z } from 'zod';

import { listOf, ownList } from './metadata.ts';
import type { Token } from './token.ts';
import type { JsonObject } from './wire/values.ts';

/** What a tool gives back: an object as it is, a text as `{ text }`, nothing as `{}`. */
export type SkillResult = object | string | void;

/** What a tool of a skill is given beside its arguments. */
export interface SkillContext {
  readonly tenant: string;
  readonly runId: string;
  readonly actionId: string;
  /** The same however often the call is repeated. */
  readonly idempotencyKey: string;
  /** 1 for the first. */
  readonly attempt: number;
  /** Aborted when the call is cancelled or its time is over. A call that does not heed it takes its process along. */
  readonly signal: AbortSignal;
  /** Tells the run's viewers. `fraction` is 0 to 1, or negative where the end is not known. */
  progress(fraction: number, message?: string): void;
}

/** What a tool declares, however it is written. */
export interface ToolOptions<S> {
  /** Small letters, digits and underscores; what models call it by. */
  readonly name: string;
  /** Written for the model. */
  readonly description: string;
  /** A zod object, or a JSON Schema of an object. */
  readonly parameters: S;
  /** What becomes of an interrupted call: `read` and `idempotent` ones are repeated. Left out: write. */
  readonly effect?: 'read' | 'idempotent' | 'write';
  /** Whether a human approves each call. Left out: none. */
  readonly approval?: 'none' | 'always';
  /** Time-out of one call, milliseconds. Left out: 30 seconds. */
  readonly timeoutMs?: number;
}

/** The arguments that a schema lets through. */
export type ArgsOf<S> = S extends z.ZodType ? z.output<S> : Readonly<Record<string, unknown>>;

/** A tool as the host calls it. */
export interface SkillTool extends ToolOptions<z.ZodObject | JsonObject> {
  readonly needs: Readonly<Record<string, Token<unknown>>>;
  run(
    args: Readonly<Record<string, unknown>>,
    context: SkillContext,
    given: Readonly<Record<string, unknown>>,
  ): SkillResult | Promise<SkillResult>;
}

const TOOL = Symbol.for('holdfast.skill.tool');
const METHODS = Symbol('tools');

/** A tool as a function. Export what it returns from a module of `tools/`. */
export function defineSkillTool<S extends z.ZodObject | JsonObject, W extends Record<string, unknown>>(
  definition: ToolOptions<S> & {
    readonly inject?: { readonly [K in keyof W]: Token<W[K]> };
    run(args: ArgsOf<S>, context: SkillContext & { readonly inject: W }): SkillResult | Promise<SkillResult>;
  },
): SkillTool {
  const { inject: needs = {}, ...options } = definition;
  const made: SkillTool = {
    ...options,
    needs,
    run: (args, context, given) => definition.run(args as ArgsOf<S>, { ...context, inject: given as W }),
  };
  return Object.defineProperty(made, TOOL, { value: true });
}

/** Whether it was made by {@link defineSkillTool}. */
export function isSkillTool(value: unknown): value is SkillTool {
  return typeof value === 'object' && value !== null && TOOL in value;
}

/** A method that is a tool. */
export interface ToolMethod {
  readonly method: string | symbol;
  readonly options: ToolOptions<z.ZodObject | JsonObject>;
}

/** Makes a method of an exported class a tool: `@tool({ name, description, parameters })`. */
export function tool<S extends z.ZodObject | JsonObject>(options: ToolOptions<S>) {
  return (
    _value: (args: ArgsOf<S>, context: SkillContext) => SkillResult | Promise<SkillResult>,
    context: ClassMethodDecoratorContext,
  ): void => {
    if (context.static || context.private) {
      throw new TypeError(`@tool ${options.name}: it must be a public method of the object.`);
    }
    ownList<ToolMethod>(context.metadata, METHODS).push({ method: context.name, options });
  };
}

/** The methods of a class that are tools. */
export function toolMethods(value: unknown): readonly ToolMethod[] {
  return listOf(value, METHODS) as readonly ToolMethod[];
}
