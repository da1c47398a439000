import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

import { openForReading, placesOf } from '../../files/context.ts';
import { saveFile } from '../../files/save.ts';
import type { SkillProvider } from './provider.ts';

const MAX_BYTES = 4 * 1024 * 1024;
const ReadSchema = z.object({ path: z.string().max(4096) });
const WriteSchema = z.object({ path: z.string().max(4096), content: z.base64() });

/** The files of the run whose call is being answered, by the same functions that the file tools use. */
export const filesProvider: SkillProvider = {
  async ask(method, args, { call }) {
    if (!call)
      throw new HoldfastError('FAILED_PRECONDITION', 'Files belong to a run: there are none outside of a call.');
    const { context } = call;
    if (method === 'read') {
      const { path } = ReadSchema.parse(args);
      const { handle, location } = await openForReading(path, placesOf(context));
      try {
        const stat = await handle.stat();
        if (!stat.isFile()) throw new HoldfastError('REFUSED', `${location.virtual} is no regular file.`);
        if (stat.size > MAX_BYTES) {
          throw new HoldfastError('TOO_LARGE', `${location.virtual} has more than ${MAX_BYTES} bytes.`);
        }
        return (await handle.readFile()).toString('base64');
      } finally {
        await handle.close();
      }
    }
    if (method !== 'write') throw new HoldfastError('INVALID_ARGUMENT', 'Files can be read and written.');
    const { path, content } = WriteSchema.parse(args);
    const virtual = await saveFile(context, path, Buffer.from(content, 'base64'));
    call.artifacts.add(virtual);
    return virtual;
  },
};
