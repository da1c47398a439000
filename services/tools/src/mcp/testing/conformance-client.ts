// Drives the connection code of this folder through the scenarios of the official conformance suite. For tests only.
// The suite calls it as: <this program> <url of its server>, with MCP_CONFORMANCE_SCENARIO and MCP_CONFORMANCE_CONTEXT.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { type Client, SdkError, SdkErrorCode, type Tool, UnauthorizedError } from '@modelcontextprotocol/client';

import type { OAuthSpec } from '../discovery/discovery.ts';
import { newClient } from '../server/client.ts';
import { httpTransport } from '../transport/http.ts';
import { TokenStore } from '../transport/token-store.ts';

interface Call {
  readonly name: string;
  readonly arguments: Record<string, unknown>;
}

const scenario = process.env['MCP_CONFORMANCE_SCENARIO'] ?? '';
const given = JSON.parse(process.env['MCP_CONFORMANCE_CONTEXT'] ?? '{}') as {
  client_id?: string;
  client_secret?: string;
  toolCalls?: readonly Call[];
};
const url = process.argv.at(-1) ?? '';
const redirectUrl = 'http://127.0.0.1:3999/callback';

const oauth: OAuthSpec = {
  grant: scenario.startsWith('auth/client-credentials') ? 'client_credentials' : 'authorization_code',
  hosts: [],
  ...(given.client_id === undefined ? {} : { clientId: given.client_id }),
  ...(given.client_secret === undefined ? {} : { clientSecret: given.client_secret }),
  ...(scenario === 'auth/basic-cimd'
    ? { clientMetadataUrl: 'https://conformance-test.local/client-metadata.json' }
    : {}),
};

let returned = new URLSearchParams();
/** The person of these scenarios says yes to everything. */
const person = {
  redirectUrl,
  state: 'conformance',
  async authorize(at: URL): Promise<void> {
    const answer = await fetch(at, { redirect: 'manual' });
    await answer.body?.cancel();
    returned = new URL(answer.headers.get('location') ?? '', at).searchParams;
  },
};

/** Does the work; where a login is wanted, logs in, and does it again, once. */
async function withLogin(transport: () => ReturnType<typeof httpTransport>, work: () => Promise<void>): Promise<void> {
  for (let logins = 0; ; logins += 1) {
    try {
      await work();
      return;
    } catch (error) {
      if (!(error instanceof UnauthorizedError) || logins === 1) throw error;
      await transport().finishAuth(returned);
    }
  }
}

/** What a scenario wants called: what it says, or each tool once. */
function callsOf(tools: readonly Tool[]): readonly Call[] {
  switch (scenario) {
    case 'initialize':
    // Its server has no calls: only what becomes of the list counts.
    case 'json-schema-ref-no-deref':
      return [];
    case 'tools_call':
      return [{ name: 'add_numbers', arguments: { a: 5, b: 3 } }];
    case 'json-schema-2020-12-preservation': {
      const schema = tools.find(({ name }) => name === 'json_schema_2020_12_tool')?.inputSchema;
      return [{ name: 'json_schema_echo', arguments: { schema } }];
    }
    default:
      return given.toolCalls ?? tools.map(({ name }) => ({ name, arguments: {} }));
  }
}

async function act(client: Client): Promise<void> {
  const { tools } = await client.listTools();
  for (const call of callsOf(tools)) {
    try {
      await client.callTool(call);
    } catch (error) {
      if (!isWithoutResultType(error)) throw error;
    }
  }
}

/** One scenario answers without the resultType that its revision demands, and only asks that no retry follows. */
function isWithoutResultType(error: unknown): boolean {
  if (scenario !== 'sep-2322-client-request-state') return false;
  return SdkError.isInstance(error) && error.code === SdkErrorCode.InvalidResult;
}

const folder = await mkdtemp(join(tmpdir(), 'holdfast-conformance-'));
try {
  const auth = scenario.startsWith('auth/');
  const deps = {
    server: 'conformance',
    maxMessageBytes: 10 * 1024 * 1024,
    fetch,
    tokens: new TokenStore(folder),
    ...(auth ? { person } : {}),
  };
  const transport = (): ReturnType<typeof httpTransport> =>
    httpTransport({ type: 'http', url, headers: {}, ...(auth ? { oauth } : {}) }, deps);
  const make = (): Client => newClient({ elicitation: 'defaults', legacy: process.env['LEGACY'] === '1' });
  let client = make();
  let connected = transport();
  const current = (): typeof connected => connected;
  await withLogin(current, async () => {
    client = make();
    connected = transport();
    await client.connect(connected);
  });
  await withLogin(current, () => act(client));
  await client.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}
