import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

import { expect } from './fixtures.ts';
import type { RunPage } from './run-page.ts';
import type { Language } from './words.ts';

const SCHEMA = new URL('../../../../docs/schemas/run-export-v1.json', import.meta.url);
/** What every export of the journey's run has to say. */
const SAID = ['Tidy the workspace', '结果可靠'];

/** Takes each format out of the dialog, and looks whether it is what it says it is. */
export async function checkExports(run: RunPage, folder: string, language: Language): Promise<void> {
  mkdirSync(folder);
  const { page, words } = run;
  await run.button('run.export.button').click();
  const paths: Record<string, string> = {};
  for (const format of ['md', 'html', 'pdf', 'json', 'zip'] as const) {
    const downloading = page.waitForEvent('download');
    await run.dialog.getByRole('link', { name: words(`run.export.format.${format}`), exact: true }).click();
    const download = await downloading;
    expect(download.suggestedFilename()).toMatch(new RegExp(`\\.${format}$`));
    paths[format] = join(folder, `run.${format}`);
    await download.saveAs(paths[format]);
  }
  await run.dialog.getByRole('button', { name: words('app.close') }).click();
  const text = (format: string) => readFileSync(paths[format] ?? '', 'utf8');
  const status = words('status.succeeded');
  for (const said of [...SAID, language === 'en' ? /succeeded/i : status]) {
    expect(text('md')).toMatch(said instanceof RegExp ? said : new RegExp(said));
    expect(text('html')).toMatch(said instanceof RegExp ? said : new RegExp(said));
    expect(pdfText(paths['pdf'] ?? '')).toMatch(said instanceof RegExp ? said : new RegExp(said));
  }
  expect(text('html')).not.toMatch(/<script/i);
  expect(text('html')).not.toMatch(/(?:src|href)="https?:/i);
  checkJson(text('json'), run.id);
  checkZip(paths['zip'] ?? '', join(folder, 'unpacked'));
}

/** The words of a PDF, without the breaks of its lines. */
function pdfText(path: string): string {
  return execFileSync('pdftotext', ['-q', path, '-'], { encoding: 'utf8' }).replaceAll(/\s+/g, ' ');
}

function checkJson(text: string, id: string): void {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(SCHEMA, 'utf8')) as object);
  const exported = JSON.parse(text) as Record<string, unknown>;
  expect(validate(exported), JSON.stringify(validate.errors)).toBe(true);
  expect(JSON.stringify(exported['run'])).toContain(id);
}

function checkZip(path: string, folder: string): void {
  execFileSync('unzip', ['-q', path, '-d', folder]);
  const sums = readdirSync(folder, { recursive: true, encoding: 'utf8' }).find((name) =>
    name.endsWith('MANIFEST.sha256'),
  );
  expect(sums, 'a list of SHA-256 sums').toBeDefined();
  const checked = execFileSync('sha256sum', ['-c', basename(String(sums))], {
    cwd: join(folder, dirname(String(sums))),
    encoding: 'utf8',
  });
  expect(checked).toMatch(/\.md: OK/);
  expect(checked).toMatch(/\.pdf: OK/);
  expect(checked).toMatch(/first\.txt: OK|notes\.md: OK/);
}
