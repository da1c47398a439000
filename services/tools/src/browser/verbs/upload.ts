import { basename } from 'node:path/posix';

import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import { openForReading, placesOf } from '../../files/context.ts';
import { statRegular } from '../../files/reader.ts';
import { defineTool, type ToolContext, type ToolModule } from '../../tool.ts';
import { act } from './act.ts';
import type { VerbDeps } from './deps.ts';
import { ref, VERB_TIMEOUT_MS } from './parameters.ts';

/** All files of one upload together. Playwright takes no more as bytes. */
const MAX_BYTES = 48 * 1024 * 1024;

const TYPES: Readonly<Record<string, string>> = {
  csv: 'text/csv',
  gif: 'image/gif',
  html: 'text/html',
  jpeg: 'image/jpeg',
  jpg: 'image/jpeg',
  json: 'application/json',
  md: 'text/markdown',
  pdf: 'application/pdf',
  png: 'image/png',
  txt: 'text/plain',
  xml: 'application/xml',
  zip: 'application/zip',
};

/** Gives files of the run to a page. */
export function uploadTool(deps: VerbDeps): ToolModule {
  return defineTool({
    name: 'browser_upload',
    description: 'Gives files of the run to a file field of the page. They are sent when the form is.',
    source: 'browser',
    deferred: true,
    parameters: z.strictObject({
      ref,
      paths: z
        .array(z.string().min(1))
        .min(1)
        .max(20)
        .describe('Relative to /workspace, or /workspace/..., or /input/...'),
    }),
    effect: 'write',
    approval: 'none',
    timeoutMs: VERB_TIMEOUT_MS,
    run: ({ ref: at, paths }, context) =>
      act(deps, context, 'upload', async (page) => {
        const files = [];
        let left = MAX_BYTES;
        for (const path of paths) {
          const file = await readWhole(path, context, left);
          left -= file.bytes.length;
          files.push(file);
        }
        await page.upload(at, files);
        return { files: files.map(({ name, bytes }) => ({ name, bytes: bytes.length })) };
      }),
  });
}

async function readWhole(path: string, context: ToolContext, left: number) {
  const { handle, location } = await openForReading(path, placesOf(context));
  try {
    const { size } = await statRegular(handle, location.virtual);
    if (size > left) {
      const message = `The files have more than ${MAX_BYTES} bytes together. Nothing was uploaded. Give fewer or smaller ones.`;
      throw new HoldfastError('TOO_LARGE', message);
    }
    const bytes = Buffer.alloc(size);
    let read = 0;
    while (read < size) {
      const { bytesRead } = await handle.read(bytes, read, size - read, read);
      if (bytesRead === 0) break;
      read += bytesRead;
    }
    const name = basename(location.virtual);
    const type = TYPES[name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream';
    return { name, type, bytes: bytes.subarray(0, read) };
  } finally {
    await handle.close();
  }
}
