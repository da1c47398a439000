import { text } from 'node:stream/consumers';

import { type Client, createClient } from '@connectrpc/connect';
import { createConnectTransport } from '@connectrpc/connect-node';
import { HoldfastError, processpb } from '@holdfast/protocol';
import { z } from 'zod';

import { RemoteProcess } from './remote-process.ts';

const ENVD_PORT = 49983;
const CALL_MS = 60_000;
/** How often a stream on which nothing happens says that it is still there, so that nothing between takes it for dead. */
const PING_S = 30;

const MetricsSchema = z.object({ cpu_used_pct: z.number(), mem_used: z.number() });

/** Where the envd of one sandbox is. */
export interface EnvdAddress {
  /** Its own address, or that of a service that goes by the headers. */
  readonly url: string;
  readonly sandboxId: string;
  readonly accessToken: string | undefined;
}

/** The address of a sandbox's envd: below its domain, or at the one place that was configured for all. */
export function envdUrl(configured: string, sandboxId: string, domain: string | undefined): string {
  if (configured !== '') return configured.replace(/\/$/, '');
  if (domain !== undefined) return `https://${ENVD_PORT}-${sandboxId}.${domain}`;
  throw new HoldfastError(
    'SANDBOX_UNAVAILABLE',
    'The service does not say where its sandboxes are: set sandbox.e2b.sandbox_url.',
  );
}

/** What E2B's envd does in one sandbox, as its root. */
export class Envd {
  readonly #address: EnvdAddress;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #processes: Client<typeof processpb.Process>;

  constructor(address: EnvdAddress) {
    this.#address = address;
    this.#headers = {
      'e2b-sandbox-id': address.sandboxId,
      'e2b-sandbox-port': String(ENVD_PORT),
      authorization: `Basic ${Buffer.from('root:').toString('base64')}`,
      'keepalive-ping-interval': String(PING_S),
      ...(address.accessToken === undefined ? {} : { 'x-access-token': address.accessToken }),
    };
    const transport = createConnectTransport({ baseUrl: address.url, httpVersion: '1.1', useBinaryFormat: true });
    this.#processes = createClient(processpb.Process, transport);
  }

  /** Starts a program. Throws SANDBOX_UNAVAILABLE with what envd says. */
  start(argv: readonly [string, ...string[]]): Promise<RemoteProcess> {
    return RemoteProcess.start(this.#processes, argv, this.#headers);
  }

  /** Runs a short program to its end. Throws SANDBOX_UNAVAILABLE unless it succeeds; what it said otherwise. */
  async run(argv: readonly [string, ...string[]]): Promise<string> {
    const started = await this.start(argv);
    const [said, complaint] = await Promise.all([text(started.stdout), text(started.stderr)]);
    if ((await started.exitCode) === 0) return said;
    throw new HoldfastError('SANDBOX_UNAVAILABLE', `${argv[0]} failed in the sandbox. ${complaint.trim()}`);
  }

  /** Writes a file, with the folders above it. */
  async upload(path: string, content: Uint8Array<ArrayBuffer>): Promise<void> {
    const form = new FormData();
    form.append('file', new Blob([content]), path);
    await this.#call('POST', `/files?${fileQuery(path)}`, form);
  }

  /** What is in a small file. */
  async read(path: string): Promise<string> {
    return (await this.#call('GET', `/files?${fileQuery(path)}`)).text();
  }

  /** What all of the sandbox uses now: percent of one processor, bytes. */
  async metrics(): Promise<{ readonly cpuPercent: number; readonly memoryBytes: number }> {
    const metrics = MetricsSchema.parse(await (await this.#call('GET', '/metrics')).json());
    return { cpuPercent: metrics.cpu_used_pct, memoryBytes: metrics.mem_used };
  }

  async #call(method: string, path: string, body?: FormData): Promise<Response> {
    const answer = await fetch(`${this.#address.url}${path}`, {
      method,
      headers: this.#headers,
      ...(body ? { body } : {}),
      signal: AbortSignal.timeout(CALL_MS),
    }).catch((error: unknown) => {
      throw new HoldfastError('SANDBOX_UNAVAILABLE', 'The sandbox cannot be reached.', { cause: error });
    });
    if (answer.ok) return answer;
    const said = (await answer.text()).slice(0, 200);
    throw new HoldfastError(
      'SANDBOX_UNAVAILABLE',
      `The sandbox refused ${method} ${path} (HTTP ${answer.status}): ${said}`,
    );
  }
}

function fileQuery(path: string): string {
  return new URLSearchParams({ path, username: 'root' }).toString();
}
