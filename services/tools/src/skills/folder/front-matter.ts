import { isMap, isScalar, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';

import { broken, SkillBroken, type SkillProblem } from '../problem.ts';

/** What SKILL.md says of a skill, by the open Agent Skills format (agentskills.io/specification). */
export interface SkillText {
  readonly name: string;
  readonly description: string;
  readonly license: string | undefined;
  readonly compatibility: string | undefined;
  readonly metadata: Readonly<Record<string, unknown>>;
  /** As written: of no effect here, since what a run may do is decided by its agent. */
  readonly allowedTools: readonly string[];
  /** The Markdown below the front matter. */
  readonly body: string;
  readonly warnings: readonly SkillProblem[];
}

const FILE = 'SKILL.md';
const MOST_ALIASES = 20;
const NAME = /^[a-z0-9]+(?:-[a-z0-9]+)*$/;

const FrontMatterSchema = z.object({
  name: z
    .string()
    .max(64)
    .regex(NAME, 'small letters a-z, digits and single hyphens between them, at most 64 characters'),
  description: z
    .string()
    .max(1024)
    .refine((text) => text.trim() !== '', 'must say what the skill does and when to use it'),
  license: z.string().optional(),
  compatibility: z.string().min(1).max(500).optional(),
  metadata: z.record(z.string(), z.unknown()).optional(),
  'allowed-tools': z.union([z.string(), z.array(z.string())]).optional(),
});

/**
 * Reads SKILL.md. What other products add to the front matter is no concern of ours and does no harm.
 *
 * @param folder the name of the skill's folder, which its own name should be
 * @throws SkillBroken with the lines.
 */
export function parseSkillText(text: string, folder: string): SkillText {
  const match = /^\uFEFF?---[ \t]*\r?\n([\s\S]*?)^---[ \t]*\r?(?:\n|$)/m.exec(text);
  if (match?.index !== 0) throw broken(FILE, 'It must begin with YAML between two lines of ---.', 1);
  const yaml = match[1] ?? '';
  const warnings: SkillProblem[] = [];
  const read = readYaml(yaml) ?? readYaml(quoted(yaml), warnings);
  if (!read) throw yamlProblem(yaml);
  const parsed = FrontMatterSchema.safeParse(read.value);
  if (!parsed.success) {
    throw new SkillBroken(
      parsed.error.issues.map(({ path, message }) => {
        const key = String(path[0] ?? '');
        const reason = key === '' ? message : `${key}: ${message}`;
        return { file: FILE, line: (read.lines.get(key) ?? 0) + 1, reason, severity: 'error' };
      }),
    );
  }
  const { name, description, license, compatibility, metadata = {} } = parsed.data;
  if (name !== folder) {
    const reason = `name: it is "${name}", but the folder is "${folder}". The format wants them alike.`;
    warnings.push({ file: FILE, line: (read.lines.get('name') ?? 0) + 1, reason, severity: 'warning' });
  }
  const tools = parsed.data['allowed-tools'] ?? [];
  const allowedTools = typeof tools === 'string' ? tools.split(/\s+/).filter((one) => one !== '') : tools;
  return {
    name,
    description: description.trim(),
    license,
    compatibility,
    metadata,
    allowedTools,
    body: text.slice(match[0].length),
    warnings,
  };
}

interface Read {
  readonly value: unknown;
  /** By top key: the line below the first ---, from 1. */
  readonly lines: ReadonlyMap<string, number>;
}

function readYaml(yaml: string, warnings?: SkillProblem[]): Read | undefined {
  const counter = new LineCounter();
  const document = parseDocument(yaml, { lineCounter: counter, uniqueKeys: true });
  if (document.errors.length > 0) return undefined;
  const lines = new Map<string, number>();
  for (const { key } of isMap(document.contents) ? document.contents.items : []) {
    if (isScalar(key)) lines.set(String(key.value), counter.linePos(key.range?.[0] ?? 0).line);
  }
  warnings?.push({
    file: FILE,
    line: 1,
    reason: 'A value with ": " in it is not quoted; it was read as text.',
    severity: 'warning',
  });
  try {
    return { value: document.toJS({ maxAliasCount: MOST_ALIASES }), lines };
  } catch {
    throw broken(FILE, `The front matter has more than ${MOST_ALIASES} aliases.`, 1);
  }
}

/** Skills in the wild have unquoted colons in their descriptions, which other readers let through. */
function quoted(yaml: string): string {
  return yaml.replaceAll(
    /^(name|description|license|compatibility):[ \t]+([^'"|>\s].*?)[ \t]*\r?$/gm,
    (_, key, value) => `${key}: ${JSON.stringify(value)}`,
  );
}

function yamlProblem(yaml: string): SkillBroken {
  const [first] = parseDocument(yaml).errors;
  const line = (first?.linePos?.[0].line ?? 0) + 1;
  return broken(FILE, `The front matter is no YAML: ${(first?.message ?? '').split('\n')[0]}`, line);
}
