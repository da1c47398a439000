// A scripted MCP server on stdin and stdout. For tests only.
import { createInterface } from 'node:readline';

import { type Message, ScriptedServer } from './scripted-server.ts';

const raw = (text: string): void => void process.stdout.write(text);
const server = new ScriptedServer({
  raw,
  description: process.env['DESCRIPTION'] ?? 'Says it again.',
  extraTools: JSON.parse(process.env['EXTRA_TOOLS'] ?? '[]') as object[],
});
if (process.env['BROKEN'] !== undefined) {
  process.stderr.write('This server is broken.\n');
  process.exit(1);
}
const lines = createInterface({ input: process.stdin });
lines.on('line', (line) => {
  void server.take(JSON.parse(line) as Message, (message) => raw(`${JSON.stringify(message)}\n`));
});
lines.on('close', () => process.exit(0));
