/**
 * The provider as a process of its own:
 *
 *   node libs/testing/src/provider-main.ts --port 0 --script replies.json
 *
 * The script is a list of replies (see provider-reply.ts), chosen by the number of answers in the conversation, so that
 * it goes on alike after a restart. Prints one JSON line with its URLs, then serves until it is ended.
 */
import { readFile } from 'node:fs/promises';
import { parseArgs } from 'node:util';

import { type Reply, scriptOf } from './provider-reply.ts';
import { startProvider } from './provider.ts';

const { values } = parseArgs({
  options: { port: { type: 'string', default: '0' }, script: { type: 'string' } },
});
if (values.script === undefined) throw new Error('usage: provider-main.ts [--port N] --script FILE.json');
const replies: unknown = JSON.parse(await readFile(values.script, 'utf8'));
if (!Array.isArray(replies)) throw new Error(`${values.script} is not a list of replies`);
const provider = await startProvider({ script: scriptOf(replies as Reply[]), port: Number(values.port) });
const { url, openaiUrl, anthropicUrl, googleUrl } = provider;
process.stdout.write(`${JSON.stringify({ url, openaiUrl, anthropicUrl, googleUrl })}\n`);
