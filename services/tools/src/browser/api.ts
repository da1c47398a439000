import { create, type ToolsApi, toolspb } from '@holdfast/protocol';

import type { PdfPrinter } from './print-pdf.ts';

/** The part of the tools service that prints. */
export function pdfApi(printer: PdfPrinter): Pick<ToolsApi, 'printPdf'> {
  return {
    async printPdf({ html, lang, title }, options) {
      const pdf = await printer.print({ html, lang, title }, options?.signal);
      return create(toolspb.PrintPdfResponseSchema, { pdf });
    },
  };
}
