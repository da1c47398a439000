import { z } from 'zod';

/** A model server that may run on this machine. */
export interface LoopbackServer {
  readonly name: string;
  readonly port: number;
}

/** A model server that does run on this machine. */
export interface FoundServer {
  readonly name: string;
  readonly baseUrl: string;
  /** Names of models that can converse; at least one. */
  readonly models: readonly string[];
}

/** The servers that are looked for, at the ports that they have by default. */
export const LOOPBACK_SERVERS: readonly LoopbackServer[] = [
  { name: 'ollama', port: 11434 },
  { name: 'lmstudio', port: 1234 },
  { name: 'llamacpp', port: 8080 },
  { name: 'vllm', port: 8000 },
];

const PROBE_MS = 750;
const MAX_BODY_BYTES = 1024 * 1024;
const NOT_FOR_TALK = /embed|rerank|whisper|tts|bge-|minilm/i;

/** Any web server may listen at these ports: only this shape is taken for a model server. */
const ModelList = z.object({
  object: z.literal('list'),
  data: z.array(z.object({ id: z.string().min(1), object: z.literal('model') })).min(1),
});

/** Looks for OpenAI-compatible servers on loopback, all at once, each with one short request. */
export async function findLoopbackServers(
  servers: readonly LoopbackServer[],
  fetch: typeof globalThis.fetch,
): Promise<FoundServer[]> {
  const found = await Promise.all(servers.map((server) => probe(server, fetch)));
  return found.filter((server) => server !== undefined);
}

async function probe({ name, port }: LoopbackServer, fetch: typeof globalThis.fetch): Promise<FoundServer | undefined> {
  const baseUrl = `http://127.0.0.1:${port}/v1`;
  const answer = await ask(`${baseUrl}/models`, fetch);
  const list = ModelList.safeParse(answer);
  if (!list.success) return undefined;
  const models = list.data.data.map((model) => model.id).filter((id) => !NOT_FOR_TALK.test(id));
  return models.length === 0 ? undefined : { name, baseUrl, models };
}

/** The JSON at `url`; undefined where nothing listens, or what does is no model server. */
async function ask(url: string, fetch: typeof globalThis.fetch): Promise<unknown> {
  const ending = new AbortController();
  const timer = setTimeout(() => ending.abort(), PROBE_MS);
  try {
    const response = await fetch(url, { redirect: 'error', signal: ending.signal });
    if (!response.ok || !response.body) return undefined;
    const chunks: Uint8Array[] = [];
    let bytes = 0;
    for await (const chunk of response.body) {
      bytes += chunk.byteLength;
      if (bytes > MAX_BODY_BYTES) return undefined;
      chunks.push(chunk);
    }
    return JSON.parse(Buffer.concat(chunks).toString('utf8'));
  } catch {
    // Whatever goes wrong here means one thing only: there is no model server at this port.
    return undefined;
  } finally {
    clearTimeout(timer);
    ending.abort();
  }
}
