import { z } from 'zod';

/** The `tools.search` section of holdfast.yaml. */
export const SearchConfigSchema = z.strictObject({
  show_at_most: z
    .number()
    .int()
    .min(0)
    .max(500)
    .default(20)
    .describe(
      'So many tools of MCP servers and skills are shown to a model at once. Where there are more, none of them is: they are found by find_tools.',
    ),
});

/** The checked `tools.search` section. */
export type SearchConfig = z.infer<typeof SearchConfigSchema>;
