import type { ExportFormat, ExportWriter } from './format.ts';
import { jsonWriter } from './json.ts';
import { htmlWriter, markdownWriter } from './pages.ts';
import { pdfWriter } from './pdf.ts';
import { zipWriter } from './zip.ts';

/** How each format is written. */
export const EXPORT_WRITERS: Readonly<Record<ExportFormat, ExportWriter>> = {
  md: markdownWriter,
  html: htmlWriter,
  pdf: pdfWriter,
  json: jsonWriter,
  zip: zipWriter,
};
