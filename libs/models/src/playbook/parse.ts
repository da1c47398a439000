import { HoldfastError, type JsonObject, type JsonValue, nearest } from '@holdfast/protocol';
import { type Document, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

import { FrontMatter, KNOWN_KEYS, type StepSource } from './front-matter.ts';
import type { ArgsTemplate, Playbook, PlaybookStep } from './playbook.ts';
import { parseCondition, parseText, parseValue } from './template.ts';

const MAX_CHARS = 1_000_000;
const FENCE = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)\r?\n---[ \t]*(?:\r?\n|$)/;

/** Names that steps and templates may read at one place of the playbook. */
interface Names {
  readonly parameters: ReadonlySet<string>;
  readonly steps: Set<string>;
}

/**
 * Parses and checks a playbook: its keys, its parameters, its templates and every name that they read.
 *
 * @param text Markdown with YAML front matter
 * @param file its name, for messages
 * @throws HoldfastError CONFIG_INVALID naming file, line, key and, for a wrong key, the nearest right one.
 */
export function parsePlaybook(text: string, file: string): Playbook {
  if (text.length > MAX_CHARS) fail(file, `it has ${text.length} characters; at most ${MAX_CHARS} are read`);
  const match = FENCE.exec(text);
  if (!match) fail(file, 'it does not begin with front matter: a line "---", YAML, and a line "---"');
  const source = readFrontMatter(match[1] ?? '', file);
  const { properties } = source.parameters;
  const hostPaths = Object.keys(properties).filter((name) => properties[name]?.['format'] === 'host-path');
  checkParameters(source, file);
  const names: Names = {
    // The agent adds the path as the user gave it under `<name>_host`, for reports that a person reads.
    parameters: new Set([...Object.keys(properties), ...hostPaths.map((name) => `${name}_host`)]),
    steps: new Set(),
  };
  const groups = source.steps.map((group, index) => {
    const steps = group.map((step) => compileStep(step, names, `${file}: steps[${index}] "${step.id}"`));
    for (const step of group) {
      if (names.steps.has(step.id)) fail(file, `steps[${index}]: there are two steps with the id "${step.id}"`);
      names.steps.add(step.id);
    }
    return steps;
  });
  const body = text.slice(match[0].length);
  if (body.trim() === '') fail(file, 'the template of the final answer, below the front matter, is empty');
  const answer = compile(`${file}: final answer`, names, () => parseText(body));
  const parameters = { ...source.parameters, additionalProperties: false } as JsonObject;
  return {
    name: source.name,
    title: source.title,
    titleZh: source.title_zh,
    description: source.description,
    descriptionZh: source.description_zh,
    task: source.task,
    parameters,
    hostPaths,
    tools: [...new Set(groups.flat().map((step) => step.tool))],
    groups,
    answer,
    file,
  };
}

function readFrontMatter(yaml: string, file: string): z.output<typeof FrontMatter> {
  const lines = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: lines, prettyErrors: false });
  const [error] = document.errors;
  if (error) fail(file, `the front matter is not YAML: ${error.message}`, lines.linePos(error.pos[0]).line + 1);
  const result = FrontMatter.safeParse(toPlain(document, file));
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const path = issue?.path ?? [];
  const key = issue?.code === 'unrecognized_keys' ? issue.keys[0] : undefined;
  const where = z.core.toDotPath(key === undefined ? path : [...path, key]);
  const near = key === undefined ? undefined : nearest(key, KNOWN_KEYS);
  const what =
    key === undefined
      ? `${where === '' ? 'the front matter' : where}: ${issue?.message ?? 'is wrong'}`
      : `${where}: there is no such key${near === undefined ? '' : `; did you mean "${near}"?`}`;
  return fail(file, what, lineOf(document, lines, key === undefined ? path : [...path, key]));
}

function toPlain(document: Document, file: string): unknown {
  try {
    return document.toJS({ maxAliasCount: 100 });
  } catch (cause) {
    return fail(file, `the front matter cannot be read: ${cause instanceof Error ? cause.message : 'unknown reason'}`);
  }
}

function lineOf(document: Document, lines: LineCounter, path: readonly PropertyKey[]): number | undefined {
  for (let length = path.length; length > 0; length -= 1) {
    const node = document.getIn(path.slice(0, length), true);
    const range = typeof node === 'object' && node !== null && 'range' in node ? node.range : undefined;
    if (Array.isArray(range) && typeof range[0] === 'number') return lines.linePos(range[0]).line + 1;
  }
  return undefined;
}

function checkParameters(source: z.output<typeof FrontMatter>, file: string): void {
  const { properties, required } = source.parameters;
  for (const name of required) if (!properties[name]) fail(file, `parameters.required: there is no property "${name}"`);
  if (source.task !== undefined && properties[source.task]?.['type'] !== 'string') {
    fail(file, `task: "${source.task}" is not a property of type string under parameters.properties`);
  }
  for (const [name, property] of Object.entries(properties)) {
    if (property['format'] === 'host-path' && property['type'] !== 'string') {
      fail(file, `parameters.properties.${name}: a host-path is of type string`);
    }
  }
  try {
    z.fromJSONSchema(source.parameters);
  } catch (cause) {
    fail(file, `parameters: this JSON Schema is not supported: ${cause instanceof Error ? cause.message : ''}`);
  }
}

function compileStep(step: StepSource, names: Names, where: string): PlaybookStep {
  const { when } = step;
  return {
    id: step.id,
    tool: step.tool,
    args: compileArgs(step.args, names, `${where} args`),
    ...(when === undefined ? {} : { when: compile(`${where} when`, names, () => parseCondition(when)) }),
    onError: step.on_error,
  };
}

function compileArgs(value: JsonValue, names: Names, where: string): ArgsTemplate {
  if (typeof value === 'string') {
    if (!/\{[{%]/.test(value)) return { kind: 'literal', value };
    return { kind: 'value', template: compile(where, names, () => parseValue(value)) };
  }
  if (Array.isArray(value)) {
    return { kind: 'list', items: value.map((item, index) => compileArgs(item, names, `${where}[${index}]`)) };
  }
  if (typeof value !== 'object' || value === null) return { kind: 'literal', value };
  const entries = Object.entries(value).map(
    ([key, item]) => [key, compileArgs(item, names, `${where}.${key}`)] as const,
  );
  return { kind: 'object', entries };
}

function compile<T extends { readonly reads: readonly (readonly string[])[] }>(
  where: string,
  names: Names,
  parse: () => T,
): T {
  try {
    const template = parse();
    for (const path of template.reads) checkName(path, names);
    return template;
  } catch (cause) {
    throw new HoldfastError('CONFIG_INVALID', `${where}: ${HoldfastError.from(cause).message}`, { cause });
  }
}

function checkName([root = '', name]: readonly string[], names: Names): void {
  const known = { parameters: names.parameters, steps: names.steps, ok: names.steps };
  if (root !== 'parameters' && root !== 'steps' && root !== 'ok') {
    const near = nearest(root, Object.keys(known));
    const hint = near === undefined ? 'a template reads parameters, steps and ok' : `did you mean "${near}"?`;
    throw new HoldfastError('CONFIG_INVALID', `there is no "${root}"; ${hint}`);
  }
  if (name === undefined || name === '*' || known[root].has(name)) return;
  const near = nearest(name, known[root]);
  const what =
    root === 'parameters' ? 'is not declared under parameters.properties' : 'is not the id of an earlier step';
  throw new HoldfastError(
    'CONFIG_INVALID',
    `"${root}.${name}" ${what}${near === undefined ? '' : `; did you mean "${near}"?`}`,
  );
}

function fail(file: string, what: string, line?: number): never {
  throw new HoldfastError('CONFIG_INVALID', `The playbook ${file}${line === undefined ? '' : `:${line}`}: ${what}.`);
}
