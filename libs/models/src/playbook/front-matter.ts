import { z } from 'zod';

const name = z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, 'must be of a-z, 0-9 and -, as in "csv-profile"');
const id = z.string().regex(/^[a-z][a-z0-9_]{0,62}$/, 'must be of a-z, 0-9 and _, as in "top_errors"');
const sentence = z.string().max(1000);

const step = z.strictObject({
  id,
  tool: z.string().min(1).max(128),
  args: z.record(z.string(), z.json()).default({}),
  when: z.string().min(1).max(1000).optional(),
  on_error: z.enum(['stop', 'continue']).default('stop'),
});

const together = z.strictObject({ together: z.array(step).min(1).max(64) });

const parameters = z.looseObject({
  type: z.literal('object'),
  properties: z.record(z.string(), z.record(z.string(), z.json())).default({}),
  required: z.array(z.string()).default([]),
});

/** The front matter of a playbook. Unknown keys are refused. */
export const FrontMatter = z.strictObject({
  name,
  title: sentence.min(1),
  title_zh: sentence.default(''),
  description: sentence.min(1),
  description_zh: sentence.default(''),
  task: z.string().optional(),
  parameters: parameters.default({ type: 'object', properties: {}, required: [] }),
  // By its keys and not by a union, so that the complaint is about the one that was meant.
  steps: z
    .array(z.looseObject({}).transform((value, context) => parseEntry(value, context)))
    .min(1)
    .max(500),
});

/** The keys by which a wrong one is put right, by the shape that it stands in. */
export const KNOWN_KEYS: readonly string[] = [
  ...Object.keys(FrontMatter.shape),
  ...Object.keys(step.shape),
  ...Object.keys(together.shape),
];

/** One step as written. */
export type StepSource = z.output<typeof step>;

function parseEntry(value: Record<string, unknown>, context: z.RefinementCtx): StepSource[] {
  const result = 'together' in value ? together.safeParse(value) : step.safeParse(value);
  if (result.success) return 'together' in result.data ? result.data.together : [result.data];
  for (const issue of result.error.issues) context.issues.push({ ...issue, input: value } as z.core.$ZodRawIssue);
  return z.NEVER;
}
