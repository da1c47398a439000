import { z } from 'zod';

/** The `tools.files` section of holdfast.yaml: the files that agents and people share. */
export const FilesConfigSchema = z.strictObject({
  max_bytes: z
    .number()
    .int()
    .min(1024)
    .default(10 * 1024 ** 3)
    .describe('The largest shared file, bytes.'),
  keep_versions: z.number().int().min(0).default(1000).describe('Versions kept of each shared file. 0: all.'),
  keep_days: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Older versions of shared files are removed after so many days, the newest never. 0: not by age.'),
  keep_bytes: z
    .number()
    .int()
    .min(0)
    .default(0)
    .describe('Bytes that all versions of a tenant may take together; the oldest versions go first. 0: no bound.'),
});

/** The checked `tools.files` section. */
export type FilesConfig = z.infer<typeof FilesConfigSchema>;
