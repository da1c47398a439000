import { HoldfastError } from '@holdfast/protocol';
import { createPdfPrinter } from '@holdfast/tools';

import type { Environment } from '../config/paths.ts';
import type { Config } from '../config/schema.ts';
import { codeOf } from './machine.ts';
import { type DoctorCheck, look, works } from './report.ts';

/** Chromium: really prints a page. Only the export of reports as PDF needs it. */
export async function checkChromium({ tools }: Pick<Config, 'tools'>, env: Environment): Promise<DoctorCheck> {
  const printer = createPdfPrinter({ executable: tools.browser.executable, path: env['PATH'] ?? '' });
  try {
    const page = { html: '<!doctype html><p>Holdfast', lang: 'en', title: 'Holdfast' };
    const pdf = await printer.print(page, AbortSignal.timeout(20_000));
    return works('chromium', 'Chromium prints PDF.', `${pdf.length} bytes`);
  } catch (error) {
    const why = HoldfastError.is(error) ? error.message : codeOf(error);
    const cause = HoldfastError.is(error) && error.cause !== undefined ? codeOf(error.cause) : '';
    const fix = 'Reports cannot be exported as PDF; everything else works. On Debian: apt-get install chromium.';
    return look('chromium', why, fix, cause);
  }
}
