import type { Parameter } from './parameter-field.tsx';

/** The parameters of a playbook, from its JSON Schema. */
export function parametersOf(schema: Readonly<Record<string, unknown>>): Parameter[] {
  const properties = objectOf(schema['properties']);
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  return Object.entries(properties).map(([name, value]) => {
    const about = objectOf(value);
    const text = (key: string) => (typeof about[key] === 'string' ? about[key] : '');
    const type = text('type');
    const choices = Array.isArray(about['enum']) ? about['enum'].map(String) : [];
    return {
      name,
      type: type === 'integer' || type === 'number' ? 'number' : type === 'boolean' ? 'boolean' : 'text',
      isPath: about['format'] === 'host-path',
      description: text('description'),
      descriptionZh: text('description_zh'),
      choices,
      initial: initialOf(about['default']),
      required: required.includes(name),
    };
  });
}

function initialOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' ? String(value) : '';
}

function objectOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
