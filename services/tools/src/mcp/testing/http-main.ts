// A scripted MCP server over HTTP, in a process of its own. For tests only.
import { openScriptedHttp } from './http-server.ts';

const server = await openScriptedHttp(Number(process.argv[2] ?? 0));
process.stdout.write(`${server.port}\n`);
