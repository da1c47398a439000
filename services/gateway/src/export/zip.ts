import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { HoldfastError } from '@holdfast/protocol';
import { Zip, ZipDeflate } from 'fflate';

import { bytesOf, openArtifact } from './artifacts.ts';
import type { ExportOrder, ExportWriter } from './format.ts';
import { jsonWriter } from './json.ts';
import { htmlWriter, markdownWriter } from './pages.ts';
import { pdfWriter } from './pdf.ts';
import { SafeNames } from './safe-name.ts';

/** The most that the files of a run may take in an archive, bytes. */
export const MAX_ARCHIVE_BYTES = 1024 ** 3;
const MANIFEST = 'MANIFEST.sha256';
const UNIX = 3;
/** Mode rw-r--r-- of a regular file, where an archive made on UNIX keeps it. */
const READABLE_FILE = (0o100644 << 16) >>> 0;
/** Where this is missing, the archive is made without the PDF. */
const NO_CHROMIUM = ['FAILED_PRECONDITION', 'UNAVAILABLE', 'TIMED_OUT', 'TOO_LARGE'] as const;

/** All formats, the files of the run, and the hashes of everything, in one archive that is made while it is sent. */
export const zipWriter: ExportWriter<Readable> = {
  contentType: 'application/zip',
  async write(order) {
    const total = order.document.artifacts.reduce((sum, { size }) => sum + size, 0);
    if (total > MAX_ARCHIVE_BYTES) {
      throw new HoldfastError(
        'TOO_LARGE',
        `The files of this run take ${total} bytes, and an archive holds ${MAX_ARCHIVE_BYTES}. They are all kept: download them one by one, and export the report in another format.`,
      );
    }
    // What can fail does so before the first byte is sent.
    const pages = await pagesOf(order);
    return Readable.from(archive(order, pages), { objectMode: false });
  },
};

interface Pages {
  readonly files: readonly { readonly name: string; readonly content: string | Buffer }[];
  readonly notes: readonly string[];
}

async function pagesOf(order: ExportOrder): Promise<Pages> {
  const [md, html, json] = await Promise.all([
    markdownWriter.write(order),
    htmlWriter.write(order),
    jsonWriter.write(order),
  ]);
  const files = [
    { name: 'report.md', content: md },
    { name: 'report.html', content: html },
    { name: 'run.json', content: json },
  ];
  try {
    const pdf = await pdfWriter.write(order);
    return { files: [...files, { name: 'report.pdf', content: pdf }], notes: [] };
  } catch (error) {
    const known = HoldfastError.from(error);
    if (!NO_CHROMIUM.some((code) => code === known.code)) throw error;
    order.deps.logger.warn({ err: error, code: known.code }, 'An archive was made without the PDF.');
    return { files, notes: [`report.pdf is left out: ${known.message}`] };
  }
}

async function* archive({ document, workspace }: ExportOrder, pages: Pages): AsyncGenerator<Uint8Array> {
  const writer = new ArchiveWriter(Date.parse(document.exported_at));
  const names = new SafeNames();
  const lines: string[] = [];
  const notes = [...pages.notes];
  for (const { content, name } of pages.files) {
    lines.push(yield* writer.add(names.take(name), [Buffer.from(content)]));
  }
  for (const { path } of document.artifacts) {
    const file = await openArtifact(workspace, path);
    if (file) lines.push(yield* writer.add(names.take(`artifacts/${path}`), bytesOf(file)));
    else notes.push(`${path} is left out: it is no longer there.`);
  }
  // sha256sum passes over lines that begin with #.
  const manifest = [...notes.map((note) => `# ${note.replaceAll(/\s+/g, ' ')}`), ...lines].join('\n');
  yield* writer.add(MANIFEST, [Buffer.from(`${manifest}\n`)]);
  yield* writer.end();
}

/** Packs one file after the other; what is packed is taken out at once. */
class ArchiveWriter {
  readonly #zip: Zip;
  readonly #modified: number;
  #packed: Uint8Array[] = [];
  #failure: Error | undefined;

  constructor(modified: number) {
    this.#modified = modified;
    this.#zip = new Zip((error, data) => {
      if (error) this.#failure = error;
      else this.#packed.push(data);
    });
  }

  /** Adds a file; gives its line in the manifest. */
  async *add(
    name: string,
    content: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  ): AsyncGenerator<Uint8Array, string, undefined> {
    const entry = new ZipDeflate(name, { level: 6 });
    entry.mtime = this.#modified;
    // From another system, unzip takes names for those of an old code page, whatever the archive says of them.
    entry.os = UNIX;
    entry.attrs = READABLE_FILE;
    const hash = createHash('sha256');
    this.#zip.add(entry);
    for await (const chunk of content) {
      hash.update(chunk);
      entry.push(chunk);
      yield* this.#take();
    }
    entry.push(new Uint8Array(0), true);
    yield* this.#take();
    return `${hash.digest('hex')}  ${name}`;
  }

  async *end(): AsyncGenerator<Uint8Array> {
    this.#zip.end();
    yield* this.#take();
  }

  *#take(): Generator<Uint8Array> {
    if (this.#failure) throw this.#failure;
    const packed = this.#packed;
    this.#packed = [];
    for (const data of packed) if (data.length > 0) yield data;
  }
}
