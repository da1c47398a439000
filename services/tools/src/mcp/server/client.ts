import { Client, type ClientOptions, type JSONObject } from '@modelcontextprotocol/client';

/** What {@link newClient} can be told. */
export interface ClientWishes {
  /** Tells that the server's list of tools has changed. */
  readonly toolsChanged?: () => void;
  /** Answer forms of the server with their default values. */
  readonly elicitation?: 'off' | 'defaults';
  /** Milliseconds for one request that names no time of its own. */
  readonly probeMs?: number;
  /** Speak only the handshake of 2025, for a server that breaks on what is newer. */
  readonly legacy?: boolean;
}

const LIST_CHANGED_MS = 500;

/** The client side of the protocol, before it is connected. It declares only what is really answered. */
export function newClient({
  toolsChanged,
  elicitation = 'off',
  probeMs = 10_000,
  legacy = false,
}: ClientWishes = {}): Client {
  const options: ClientOptions = {
    capabilities: elicitation === 'off' ? {} : { elicitation: { form: { applyDefaults: true } } },
    versionNegotiation: { mode: legacy ? 'legacy' : 'auto', probe: { timeoutMs: probeMs } },
    ...(toolsChanged
      ? { listChanged: { tools: { autoRefresh: false, debounceMs: LIST_CHANGED_MS, onChanged: () => toolsChanged() } } }
      : {}),
  };
  const client = new Client({ name: 'holdfast', title: 'Holdfast', version: '0.1.0' }, options);
  if (elicitation === 'defaults') {
    client.setRequestHandler('elicitation/create', ({ params }) => {
      if (!('requestedSchema' in params)) return { action: 'decline' };
      const content = defaultsOf(params.requestedSchema as JSONObject);
      return content ? { action: 'accept', content } : { action: 'decline' };
    });
  }
  return client;
}

type Answer = string | number | boolean | string[];

/** The default values of a form; undefined where a required one has none: then there is no answer to give. */
function defaultsOf(schema: JSONObject): Record<string, Answer> | undefined {
  const content: Record<string, Answer> = {};
  const required = Array.isArray(schema['required']) ? schema['required'] : [];
  for (const [name, property] of Object.entries(Object(schema['properties']) as Record<string, { default?: Answer }>)) {
    if (property.default !== undefined) content[name] = property.default;
    else if (required.includes(name)) return undefined;
  }
  return content;
}
