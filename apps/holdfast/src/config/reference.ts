import type { z } from 'zod';

import { variableOf } from './environment.ts';
import { type ConfigKey, describeSchema, leaves, type SchemaNode } from './keys.ts';

const BEGIN = '<!-- keys: written by apps/holdfast/src/config/write-reference.ts -->';
const END = '<!-- /keys -->';

/** The table of all keys, for docs/configuration.md. */
export function referenceTable(schema: z.ZodType): string {
  const rows = leaves(describeSchema(schema)).map(rowOf);
  return ['| key | environment | default | meaning |', '|---|---|---|---|', ...rows].join('\n');
}

/** The page with its table brought up to date. @throws Error where the page has no place for it. */
export function withReference(page: string, schema: z.ZodType): string {
  const [before, rest] = page.split(BEGIN);
  const after = rest?.split(END)[1];
  if (before === undefined || after === undefined)
    throw new Error(`The page must have the lines "${BEGIN}" and "${END}".`);
  return `${before}${BEGIN}\n\n${referenceTable(schema)}\n\n${END}${after}`;
}

function rowOf({ path, node }: ConfigKey): string {
  const meaning = [node.description ?? '', choices(node)].filter((text) => text !== '').join(' ');
  const cells = [`\`${path.join('.')}\``, `\`${variableOf(path)}\``, defaultOf(path, node), meaning];
  return `| ${cells.map((cell) => cell.replaceAll(/[|<]/g, '\\$&')).join(' | ')} |`;
}

function defaultOf(path: readonly string[], node: SchemaNode): string {
  if (path.join('.') === 'data_dir') return '`~/.holdfast`';
  return node.default === undefined ? '' : `\`${JSON.stringify(node.default)}\``;
}

function choices(node: SchemaNode): string {
  return node.enum && node.enum.length > 1 ? `One of ${node.enum.map((one) => `\`${String(one)}\``).join(', ')}.` : '';
}
