import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A whole MCP server on stdin and stdout, small enough for a command line. */
const programOf = (description: string) => `
const lines = require('node:readline').createInterface({ input: process.stdin });
const say = (id, result) => console.log(JSON.stringify({ jsonrpc: '2.0', id, result }));
const tools = [{ name: 'look', description: ${JSON.stringify(description)}, inputSchema: { type: 'object' } }];
lines.on('line', (line) => {
  const { id, method } = JSON.parse(line);
  if (method === 'initialize') return say(id, { protocolVersion: '2025-11-25', capabilities: { tools: {} }, serverInfo: { name: 'inside', version: '1' } });
  if (method === 'ping') return say(id, {});
  if (method === 'tools/list') return say(id, { tools });
  if (method === 'tools/call') return say(id, { content: [{ type: 'text', text: 'seen' }] });
  if (id !== undefined) console.log(JSON.stringify({ jsonrpc: '2.0', id, error: { code: -32601, message: 'no' } }));
});`;

/** Lets a server find an MCP server, `inside`, in its mcp.json; the one tool of it describes itself so. */
export function writeMcpServer(dataDir: string, description: string): void {
  const args = ['-e', programOf(description)];
  const text = JSON.stringify({ mcpServers: { inside: { command: '/.holdfast/bin/node', args } } });
  // At once, as an editor does it: half a file is nobody's.
  writeFileSync(join(dataDir, 'mcp.json.new'), text);
  renameSync(join(dataDir, 'mcp.json.new'), join(dataDir, 'mcp.json'));
}
