import { z } from 'zod';

import { DEFAULT_TEMPLATES } from './default-templates.ts';
import { TemplatesSchema } from './template.ts';

const GIB = 1024 ** 3;

/** The `images` of the `sandbox` section: what sandboxes can be made of, and how much disk that may take. */
export const ImagesConfigSchema = z
  .strictObject({
    templates: z
      .record(z.string(), z.unknown())
      .default({})
      .transform((declared) => ({ ...DEFAULT_TEMPLATES, ...declared }))
      .pipe(TemplatesSchema)
      .describe('Templates by id, beside those that come with Holdfast; one of the same id replaces it.'),
    limit_bytes: z
      .number()
      .int()
      .positive()
      .default(20 * GIB)
      .describe('What all images may take on disk. The least recently used go first, never one in use.'),
    pull_ahead: z.array(z.string()).default([]).describe('Templates that are made in the background at start.'),
    build_ms: z
      .number()
      .int()
      .positive()
      .max(86_400_000)
      .default(1_800_000)
      .describe('How long making one image may take, milliseconds.'),
  })
  .superRefine(({ templates, pull_ahead }, context) => {
    const known = new Set(Object.entries(templates).flatMap(([id, { names }]) => [id, ...names]));
    for (const [index, name] of pull_ahead.entries()) {
      if (known.has(name)) continue;
      context.addIssue({ code: 'custom', path: ['pull_ahead', index], message: `there is no template "${name}"` });
    }
  });

/** The checked `images` section. */
export type ImagesConfig = z.infer<typeof ImagesConfigSchema>;
