import { HoldfastError, isErrorCode } from '@holdfast/protocol';
import { parse } from 'yaml';
import { z } from 'zod';

const Base = {
  name: z.string().min(1),
  /** Put into the workspace first. */
  files: z.record(z.string(), z.string()).default({}),
};

const ToolExampleSchema = z.strictObject({
  ...Base,
  tool: z.string(),
  args: z.record(z.string(), z.json()).default({}),
  /** What the result has, among other things. */
  expect: z.record(z.string(), z.json()).optional(),
  /** The error code that it fails with. */
  fails: z.string().refine(isErrorCode, 'no documented error code').optional(),
});

const RunExampleSchema = z.strictObject({
  ...Base,
  /** A program with its arguments; it runs in a copy of the skill's folder. */
  run: z.array(z.string()).min(1),
  exit: z.number().int().min(0).max(255).default(0),
  /** All of what it prints. */
  stdout: z.string().optional(),
});

/** One example of `tests.yaml`. */
export type SkillExample = z.infer<typeof ToolExampleSchema> | z.infer<typeof RunExampleSchema>;

/** Where the examples of a skill lie. */
export const EXAMPLES_FILE = 'tests.yaml';

/** The examples that a skill declares. @throws HoldfastError INVALID_ARGUMENT naming what does not fit. */
export function parseExamples(text: string): readonly SkillExample[] {
  let value: unknown;
  try {
    value = parse(text, { maxAliasCount: 0 });
  } catch (error) {
    throw new HoldfastError('INVALID_ARGUMENT', `${EXAMPLES_FILE} is no YAML.`, { cause: error });
  }
  const examples = Array.isArray(value) ? value : [];
  if (!Array.isArray(value))
    throw new HoldfastError('INVALID_ARGUMENT', `${EXAMPLES_FILE} must be a list of examples.`);
  return examples.map((example: unknown, at) => {
    const schema = Object(example) === example && 'run' in (example as object) ? RunExampleSchema : ToolExampleSchema;
    const parsed = schema.safeParse(example);
    if (parsed.success) return parsed.data;
    const [first] = parsed.error.issues;
    const where = `${EXAMPLES_FILE}, example ${at + 1}: ${first?.path.join('.') ?? ''}`;
    throw new HoldfastError('INVALID_ARGUMENT', `${where}: ${first?.message ?? ''}`);
  });
}

/** Where `found` is not as `wanted` says: a path, or undefined. An object may have more than what is wanted. */
export function differs(wanted: unknown, found: unknown, at = 'result'): string | undefined {
  if (Array.isArray(wanted)) {
    if (!Array.isArray(found) || found.length !== wanted.length)
      return `${at} is ${shown(found)}, not ${shown(wanted)}`;
    return wanted.map((one, index) => differs(one, found[index], `${at}[${index}]`)).find((one) => one !== undefined);
  }
  if (typeof wanted !== 'object' || wanted === null) {
    return Object.is(wanted, found) ? undefined : `${at} is ${shown(found)}, not ${shown(wanted)}`;
  }
  if (typeof found !== 'object' || found === null) return `${at} is ${shown(found)}, not ${shown(wanted)}`;
  return Object.entries(wanted)
    .map(([key, value]) => differs(value, (found as Record<string, unknown>)[key], `${at}.${key}`))
    .find((one) => one !== undefined);
}

function shown(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').slice(0, 200);
}
