/** One argument of a tool, as a form asks for it. */
export interface Field {
  readonly name: string;
  /** `json`: anything that no simple field can hold. */
  readonly kind: 'text' | 'number' | 'boolean' | 'choice' | 'json';
  readonly description: string;
  readonly choices: readonly string[];
  readonly required: boolean;
}

/** What is wrong with what was typed into a field. */
export type FieldProblem = 'needed' | 'notNumber' | 'notJson';

/** The arguments of a tool by its JSON Schema, in the order in which it has them. */
export function fieldsOf(schema: Readonly<Record<string, unknown>>): Field[] {
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(objectOf(schema['properties'])).map(([name, value]) => {
    const about = objectOf(value);
    const choices = Array.isArray(about['enum']) ? about['enum'].filter((one) => typeof one === 'string') : [];
    return {
      name,
      kind: kindOf(about['type'], choices),
      description: typeof about['description'] === 'string' ? about['description'] : '',
      choices,
      required: required.includes(name),
    };
  });
}

/** The arguments that were typed, or what is wrong with them by field. What is empty is left out. */
export function argumentsOf(
  fields: readonly Field[],
  typed: Readonly<Record<string, string>>,
): { readonly given: Record<string, unknown>; readonly problems: Readonly<Record<string, FieldProblem>> } {
  const given: Record<string, unknown> = {};
  const problems: Record<string, FieldProblem> = {};
  for (const { kind, name, required } of fields) {
    const text = typed[name] ?? '';
    if (text === '') {
      if (required) problems[name] = 'needed';
      continue;
    }
    const read = valueOf(kind, text);
    if ('problem' in read) problems[name] = read.problem;
    else given[name] = read.value;
  }
  return { given, problems };
}

/** What the fields hold for arguments that were given as JSON. */
export function typedOf(fields: readonly Field[], given: Readonly<Record<string, unknown>>): Record<string, string> {
  const typed: Record<string, string> = {};
  for (const { kind, name } of fields) {
    const value = given[name];
    if (value === undefined) continue;
    typed[name] = typeof value === 'string' && kind !== 'json' ? value : JSON.stringify(value);
  }
  return typed;
}

/** A JSON object; undefined where the text is not one. */
export function readObject(text: string): Record<string, unknown> | undefined {
  const read = valueOf('json', text.trim() === '' ? '{}' : text);
  const isObject = 'value' in read && typeof read.value === 'object' && read.value !== null;
  return isObject && !Array.isArray(read.value) ? (read.value as Record<string, unknown>) : undefined;
}

function kindOf(type: unknown, choices: readonly string[]): Field['kind'] {
  if (choices.length > 0) return 'choice';
  if (type === 'string') return 'text';
  if (type === 'integer' || type === 'number') return 'number';
  return type === 'boolean' ? 'boolean' : 'json';
}

function valueOf(kind: Field['kind'], text: string): { value: unknown } | { problem: FieldProblem } {
  if (kind === 'text' || kind === 'choice') return { value: text };
  if (kind === 'boolean') return { value: text === 'true' };
  if (kind === 'number') {
    const value = Number(text);
    return Number.isFinite(value) ? { value } : { problem: 'notNumber' };
  }
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return { problem: 'notJson' };
  }
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
