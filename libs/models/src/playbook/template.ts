import { setImmediate } from 'node:timers/promises';

import { HoldfastError, type JsonObject, type JsonValue } from '@holdfast/protocol';
import { Context, Liquid, Output, type Template, toValueSync } from 'liquidjs';

import { FILTERS, text } from './filters.ts';

/** What templates see: `parameters`, `steps.<id>` (result value), `ok.<id>` (boolean). */
export interface Scope {
  readonly parameters: JsonObject;
  readonly steps: JsonObject;
  readonly ok: JsonObject;
}

/** A template that gives text. */
export interface TextTemplate {
  /** @throws HoldfastError INVALID_ARGUMENT where it does not render. Lets other work in while it renders. */
  render(scope: Scope): Promise<string>;
  /** Paths of the variables that it reads: `['steps', 'a', 'stdout']`. */
  readonly reads: readonly (readonly string[])[];
}

/** A template that gives a JSON value: that of the expression where it is nothing but one, else text. */
export interface ValueTemplate {
  /** @throws HoldfastError INVALID_ARGUMENT where it does not render, or names what is not there. */
  render(scope: Scope): JsonValue;
  readonly reads: readonly (readonly string[])[];
}

/** An expression that is true or not. What is not there is false. */
export interface Condition {
  /** @throws HoldfastError INVALID_ARGUMENT where it cannot be evaluated. */
  holds(scope: Scope): boolean;
  readonly reads: readonly (readonly string[])[];
}

/** The most characters that a template may give. */
export const MAX_OUTPUT_CHARS = 4_000_000;
const PARSE_LIMIT_CHARS = 1_000_000;
const MEMORY_LIMIT = 50_000_000;
const RENDER_LIMIT_MS = 30_000;
const TURN_MS = 8;
/** Tags that would read another template from somewhere. */
const FOREIGN_TAGS = ['include', 'render', 'layout', 'block'];

const engine = createEngine();

function createEngine(): Liquid {
  const liquid = new Liquid({
    templates: {},
    strictFilters: true,
    lenientIf: true,
    ownPropertyOnly: true,
    parseLimit: PARSE_LIMIT_CHARS,
    memoryLimit: MEMORY_LIMIT,
    renderLimit: RENDER_LIMIT_MS,
    timezoneOffset: 0,
    locale: 'en',
  });
  for (const tag of FOREIGN_TAGS) delete liquid.tags[tag];
  for (const [name, filter] of Object.entries(FILTERS)) liquid.registerFilter(name, filter);
  return liquid;
}

/** Collects what a template writes; keeps the first value as it is. */
class Collector {
  buffer = '';
  first: unknown = undefined;

  write(value: unknown): void {
    this.first ??= value;
    this.buffer += text(value);
    if (this.buffer.length > MAX_OUTPUT_CHARS) {
      throw new HoldfastError('TOO_LARGE', `it gives more than ${MAX_OUTPUT_CHARS} characters`);
    }
  }
}

/** @throws HoldfastError INVALID_ARGUMENT where the template is not well formed. */
export function parseText(source: string): TextTemplate {
  const templates = parse(source);
  return {
    reads: readsOf(templates),
    async render(scope) {
      const collector = new Collector();
      // Names are checked when the playbook is read; a result that lacks a field leaves a gap, and no lost report.
      const context = contextOf(scope, false);
      await guard(() => inTurns(engine.renderer.renderTemplates(templates, context, collector)));
      return collector.buffer;
    },
  };
}

/** @throws HoldfastError INVALID_ARGUMENT where the template is not well formed. */
export function parseValue(source: string): ValueTemplate {
  const templates = parse(source);
  const raw = templates.length === 1 && templates[0] instanceof Output;
  return {
    reads: readsOf(templates),
    render(scope) {
      const collector = new Collector();
      const context = contextOf(scope, true);
      guardSync(() => toValueSync(engine.renderer.renderTemplates(templates, context, collector)));
      return raw ? ((collector.first ?? null) as JsonValue) : collector.buffer;
    },
  };
}

/** @throws HoldfastError INVALID_ARGUMENT where the expression is not well formed. */
export function parseCondition(expression: string): Condition {
  if (/[%{}]/.test(expression)) {
    throw new HoldfastError('INVALID_ARGUMENT', 'a condition is an expression without braces, as in "parameters.deep"');
  }
  const templates = parse(`{% if ${expression} %}yes{% endif %}`);
  return {
    reads: readsOf(templates),
    holds(scope) {
      const collector = new Collector();
      const context = contextOf(scope, false);
      guardSync(() => toValueSync(engine.renderer.renderTemplates(templates, context, collector)));
      return collector.buffer === 'yes';
    },
  };
}

function parse(source: string): Template[] {
  return guardSync(() => engine.parse(source));
}

function readsOf(templates: Template[]): string[][] {
  return guardSync(() => engine.globalVariableSegmentsSync(templates)).map((segments) =>
    segments.map((segment) => (typeof segment === 'object' ? '*' : String(segment))),
  );
}

function contextOf(scope: Scope, strictVariables: boolean): Context {
  return new Context(scope, engine.options, { strictVariables, sync: true }, { liquid: engine });
}

/** Runs a renderer to its end, and lets other work in every few milliseconds. */
async function inTurns(renderer: IterableIterator<unknown>): Promise<void> {
  const stack: Iterator<unknown>[] = [renderer];
  let value: unknown;
  let thrown: { error: unknown } | undefined;
  let turn = performance.now();
  for (let top = stack.at(-1); top; top = stack.at(-1)) {
    if (performance.now() - turn > TURN_MS) {
      await setImmediate();
      turn = performance.now();
    }
    try {
      const step = thrown ? raise(top, thrown.error) : top.next(value);
      thrown = undefined;
      if (step.done) stack.pop();
      value = step.value;
      if (isIterator(value)) {
        stack.push(value);
        value = undefined;
      }
    } catch (error) {
      stack.pop();
      thrown = { error };
    }
  }
  if (thrown) throw thrown.error;
}

function raise(iterator: Iterator<unknown>, error: unknown): IteratorResult<unknown> {
  if (!iterator.throw) throw error;
  return iterator.throw(error);
}

function isIterator(value: unknown): value is Iterator<unknown> {
  if (typeof value !== 'object' || value === null || !('next' in value) || !('throw' in value)) return false;
  return typeof value.next === 'function' && typeof value.throw === 'function';
}

function guardSync<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw readable(error);
  }
}

async function guard<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw readable(error);
  }
}

/** The library's message names place and reason; what it says of files would only confuse. */
function readable(error: unknown): HoldfastError {
  const original = error instanceof Error && 'originalError' in error ? error.originalError : undefined;
  if (HoldfastError.is(original)) return original;
  const message = error instanceof Error ? error.message : String(error);
  return new HoldfastError('INVALID_ARGUMENT', message.replaceAll(/\s*\n\s*/g, ' '), { cause: error });
}
