import type { JsonObject, JsonValue } from '@holdfast/protocol';

import type { Condition, TextTemplate, ValueTemplate } from './template.ts';

/** One tool call of a playbook. */
export interface PlaybookStep {
  /** Unique in the playbook; also the id of its tool call, which is how its result is found again. */
  readonly id: string;
  readonly tool: string;
  readonly args: ArgsTemplate;
  readonly when?: Condition;
  /** What a failed call does: end the playbook, or leave it to the templates (`ok.<id>`). */
  readonly onError: 'stop' | 'continue';
}

/** A JSON value whose strings are templates. */
export type ArgsTemplate =
  | { readonly kind: 'value'; readonly template: ValueTemplate }
  | { readonly kind: 'literal'; readonly value: JsonValue }
  | { readonly kind: 'list'; readonly items: readonly ArgsTemplate[] }
  | { readonly kind: 'object'; readonly entries: readonly (readonly [string, ArgsTemplate])[] };

/** A playbook, parsed and checked. */
export interface Playbook {
  readonly name: string;
  readonly title: string;
  readonly titleZh: string;
  readonly description: string;
  readonly descriptionZh: string;
  /** The parameter that the text of the task fills; undefined: the playbook takes no task text. */
  readonly task: string | undefined;
  /** JSON Schema of the parameters: an object. */
  readonly parameters: JsonObject;
  /** Names of parameters that are paths on the user's machine (`format: host-path`): mounted read-only. */
  readonly hostPaths: readonly string[];
  /** Names of the tools that its steps call, each once. */
  readonly tools: readonly string[];
  /** In order; the steps within one group are called together. */
  readonly groups: readonly (readonly PlaybookStep[])[];
  readonly answer: TextTemplate;
  /** Where it was read from, for messages. */
  readonly file: string;
}
