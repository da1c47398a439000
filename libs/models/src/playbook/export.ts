import { HoldfastError, type JsonObject, type JsonValue } from '@holdfast/protocol';
import { stringify } from 'yaml';

import type { AssistantPart, Message } from '../model.ts';

const MAX_QUOTED_CHARS = 8000;

/** What a playbook that is made of a run is to know beside its conversation. */
export interface ExportMeta {
  /** What the playbook is to be called; made to fit where it does not. */
  readonly name: string;
  /** The task of the run, for the description. */
  readonly task: string;
  /** What the run was created with. */
  readonly parameters: JsonObject;
  /** What was mounted under `/input/<name>`. */
  readonly inputs: readonly { readonly name: string }[];
}

type ToolCall = Extract<AssistantPart, { type: 'tool-call' }>;
type ToolResult = Extract<Message, { role: 'tool' }>;

/** A value of the run that becomes a parameter of the playbook. */
interface Parameter {
  readonly name: string;
  readonly value: JsonValue;
  /** Where it was mounted, for an input of the run. */
  readonly place?: string;
}

/**
 * The tool calls of a finished run as a playbook, in Markdown. Calls that were made together stay together; calls that
 * failed, or whose arguments were not understood, are left out.
 *
 * Arguments that are a parameter of the run, and places under `/input`, become templates. The answer lists the results;
 * the answer that the model gave stands in a comment, to write a better template by.
 *
 * @throws HoldfastError FAILED_PRECONDITION where no tool call succeeded.
 */
export function exportPlaybook(messages: readonly Message[], meta: ExportMeta): string {
  const parameters = parametersOf(meta);
  const { steps, tools } = stepsOf(messages, parameters);
  if (steps.length === 0) {
    throw new HoldfastError(
      'FAILED_PRECONDITION',
      'No tool call of the run succeeded, so there is nothing to save as a playbook.',
    );
  }
  const name = nameOf(meta.name);
  const taskParameter = parameters.find((parameter) => parameter.place !== undefined);
  const front = {
    name,
    title: meta.name.trim() === '' ? name : oneLine(meta.name, 200),
    description: oneLine(`Saved from a run: ${meta.task}`, 400),
    ...(taskParameter && { task: taskParameter.name }),
    parameters: {
      type: 'object',
      properties: Object.fromEntries(parameters.map((parameter) => [parameter.name, schemaOf(parameter)])),
      required: parameters.filter((parameter) => parameter.place !== undefined).map((parameter) => parameter.name),
    },
    steps,
  };
  const results = tools.map(({ id, tool }) => `## ${id}: ${tool}\n\n{{ steps.${id} | json: 2 | md_fence: "json" }}\n`);
  return `---\n${stringify(front, { lineWidth: 0 })}---\n# ${escapeLiquid(front.title)}\n\n${quote(messages)}${results.join('\n')}`;
}

function parametersOf({ parameters, inputs }: ExportMeta): Parameter[] {
  const names = new Set<string>();
  const all: Parameter[] = [];
  const add = (given: string, value: JsonValue, place?: string) => {
    const stem = given.replaceAll(/\W+/g, '_').replace(/^(?=\d)/, '_') || 'value';
    let name = stem;
    for (let number = 2; names.has(name); number += 1) name = `${stem}_${number}`;
    names.add(name);
    all.push({ name, value, ...(place === undefined ? {} : { place }) });
  };
  for (const input of inputs) add(input.name, `/input/${input.name}`, `/input/${input.name}`);
  const places = new Set(inputs.flatMap(({ name }) => [name, `${name}_host`]));
  for (const [name, value] of Object.entries(parameters)) if (!places.has(name)) add(name, value);
  return all;
}

function schemaOf({ value, place }: Parameter): JsonObject {
  if (place !== undefined) return { type: 'string', format: 'host-path' };
  if (value === null) return {};
  if (Array.isArray(value)) return { type: 'array', default: value };
  return { type: typeof value, default: value };
}

function stepsOf(
  messages: readonly Message[],
  parameters: readonly Parameter[],
): { steps: JsonValue[]; tools: { id: string; tool: string }[] } {
  const steps: JsonValue[] = [];
  const tools: { id: string; tool: string }[] = [];
  let number = 0;
  for (const group of succeeded(messages)) {
    const written = group.map((call): JsonObject => {
      number += 1;
      const id = `s${number}`;
      tools.push({ id, tool: call.name });
      return { id, tool: call.name, args: templated(call.arguments, parameters) };
    });
    const [only] = written;
    steps.push(written.length === 1 && only ? only : { together: written });
  }
  return { steps, tools };
}

/** The calls that succeeded, by the answer that made them. */
function succeeded(messages: readonly Message[]): ToolCall[][] {
  const results = new Map<string, ToolResult>();
  const groups: ToolCall[][] = [];
  // From the end, since some providers give the calls of two answers the same id: the result that counts is the next.
  for (const message of messages.toReversed()) {
    if (message.role === 'tool') results.set(message.callId, message);
    if (message.role !== 'assistant') continue;
    const calls = message.parts.filter((part) => part.type === 'tool-call');
    const done = calls.filter((call) => call.invalid === undefined && results.get(call.id)?.ok === true);
    for (const call of calls) results.delete(call.id);
    if (done.length > 0) groups.unshift(done);
  }
  return groups;
}

function templated(value: JsonValue, parameters: readonly Parameter[]): JsonValue {
  const same = parameters.find((parameter) => isTelling(parameter.value) && isSame(parameter.value, value));
  if (same) return `{{ parameters.${same.name} }}`;
  if (typeof value === 'string') return templatedText(value, parameters);
  if (Array.isArray(value)) return value.map((item) => templated(item, parameters));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, templated(item, parameters)]));
}

/** `true`, `1` or "" in an argument is most often there by chance, and not because a parameter says so. */
function isTelling(value: JsonValue): boolean {
  return typeof value === 'string' ? value.length > 1 : typeof value === 'object' && value !== null;
}

function isSame(one: JsonValue, other: JsonValue): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** Places under `/input` are the same in every run of the playbook but for the input's name. */
function templatedText(value: string, parameters: readonly Parameter[]): string {
  const places = parameters.flatMap(({ name, place }) => (place === undefined ? [] : [{ name, place }]));
  let rest = value;
  let result = '';
  while (rest !== '') {
    const found = places
      .map(({ name, place }) => ({ name, end: place.length, at: placeIn(rest, place) }))
      .filter(({ at }) => at >= 0)
      .sort((one, other) => one.at - other.at || other.end - one.end)[0];
    if (!found) break;
    result += `${escapeLiquid(rest.slice(0, found.at))}{{ parameters.${found.name} }}`;
    rest = rest.slice(found.at + found.end);
  }
  return result + escapeLiquid(rest);
}

/** Where `place` stands in `text` and no longer name goes on from it, or -1. */
function placeIn(text: string, place: string): number {
  for (let at = text.indexOf(place); at >= 0; at = text.indexOf(place, at + 1)) {
    if (!/^[\p{L}\p{N}_-]|^\.[\p{L}\p{N}]/u.test(text.slice(at + place.length, at + place.length + 2))) return at;
  }
  return -1;
}

/** Text that Liquid gives back as it is. */
function escapeLiquid(value: string): string {
  return value.replaceAll(/\{(?=[{%])/g, '{{ "{" }}');
}

/** The last answer of the model, in a comment. */
function quote(messages: readonly Message[]): string {
  const last = messages.findLast((message) => message.role === 'assistant');
  const parts = last?.role === 'assistant' ? last.parts : [];
  const answer = parts
    .flatMap((part) => (part.type === 'text' ? [part.text] : []))
    .join('')
    .slice(0, MAX_QUOTED_CHARS);
  if (answer.trim() === '') return '';
  const harmless = answer.replaceAll(/\{(?=[{%])/g, '{ ').replaceAll(/(?<=[%}])\}/g, ' }');
  return `{% comment %}\nThe answer that the model gave in the run that this was saved from:\n\n${harmless}\n{% endcomment %}\n`;
}

function nameOf(given: string): string {
  const name = given
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^[^a-z]+|-+$/g, '')
    .slice(0, 60);
  return name === '' ? 'saved-run' : name;
}

function oneLine(value: string, most: number): string {
  const line = value.replaceAll(/\s+/g, ' ').trim();
  return line.length > most ? `${line.slice(0, most - 4)} ...` : line;
}
