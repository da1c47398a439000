import { create, toolspb } from '@holdfast/protocol';

import type { ExportWriter } from './format.ts';
import { htmlWriter } from './pages.ts';
import { titleOf } from './report.ts';
import { EXPORT_TEXTS } from './texts.ts';

/** The HTML page on paper, through the Chromium of the tools service. */
export const pdfWriter: ExportWriter<Buffer> = {
  contentType: 'application/pdf',
  async write(order) {
    const { caller, deps, document, lang } = order;
    const html = await htmlWriter.write(order);
    const wanted = { caller, html, lang: EXPORT_TEXTS[lang].htmlLang, title: titleOf(document) };
    const { pdf } = await deps.tools.printPdf(create(toolspb.PrintPdfRequestSchema, wanted));
    return Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength);
  },
};
