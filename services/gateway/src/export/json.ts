import type { ExportWriter } from './format.ts';

/** JSON, whole: see docs/schemas/run-export-v1.json. */
export const jsonWriter: ExportWriter<string> = {
  contentType: 'application/json; charset=utf-8',
  write: ({ document }) => Promise.resolve(`${JSON.stringify(document, null, 2)}\n`),
};
