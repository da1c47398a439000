import { HoldfastError } from '@holdfast/protocol';
import { z } from 'zod';

/** How long one call may take. Milliseconds. */
const CALL_MS = 60_000;
const PAGE = 100;

const MadeSchema = z.object({
  sandboxID: z.string().regex(/^[A-Za-z0-9_-]+$/),
  envdAccessToken: z.string().nullish(),
  domain: z.string().nullish(),
});
const ListedSchema = z.array(z.object({ sandboxID: z.string() }));
const RefusalSchema = z.object({ message: z.string() });

/** Where E2B's REST API is, and who asks. */
export interface ControlPlaneOptions {
  readonly url: string;
  readonly apiKey: string;
}

/** A sandbox that was made there. */
export interface Machine {
  readonly id: string;
  /** Opens what runs in it. */
  readonly accessToken: string | undefined;
  /** Its address is below it. */
  readonly domain: string | undefined;
}

/** E2B's REST API, as much of it as an engine needs. Every method throws SANDBOX_UNAVAILABLE with what was answered. */
export class ControlPlane {
  readonly #options: ControlPlaneOptions;

  constructor(options: ControlPlaneOptions) {
    this.#options = options;
  }

  /** A new sandbox without internet: what it may reach comes by its agent. It ends by itself after the time-out. */
  async create(wish: {
    readonly template: string;
    readonly timeoutS: number;
    readonly metadata: Readonly<Record<string, string>>;
  }): Promise<Machine> {
    const answer = await this.#call('POST', '/sandboxes', {
      templateID: wish.template,
      timeout: wish.timeoutS,
      metadata: wish.metadata,
      secure: true,
      allow_internet_access: false,
    });
    const made = MadeSchema.parse(await answer.json());
    return { id: made.sandboxID, accessToken: made.envdAccessToken ?? undefined, domain: made.domain ?? undefined };
  }

  /** From now on it lives so many seconds. */
  async setTimeout(id: string, timeoutS: number): Promise<void> {
    await this.#call('POST', `/sandboxes/${id}/timeout`, { timeout: timeoutS });
  }

  async pause(id: string): Promise<void> {
    await this.#call('POST', `/sandboxes/${id}/pause`, {});
  }

  async resume(id: string, timeoutS: number): Promise<void> {
    await this.#call('POST', `/sandboxes/${id}/connect`, { timeout: timeoutS });
  }

  /** Ends one; one that is not there any more has ended. */
  async kill(id: string): Promise<void> {
    await this.#call('DELETE', `/sandboxes/${id}`, undefined, [404]);
  }

  /** The ids of all that were made with this metadata, paused ones too. */
  async list(metadata: Readonly<Record<string, string>>): Promise<readonly string[]> {
    const ids: string[] = [];
    let next: string | null = null;
    do {
      const query = new URLSearchParams({
        metadata: new URLSearchParams(metadata).toString(),
        state: 'running,paused',
        limit: String(PAGE),
        ...(next === null ? {} : { nextToken: next }),
      });
      const answer = await this.#call('GET', `/v2/sandboxes?${query.toString()}`);
      ids.push(...ListedSchema.parse(await answer.json()).map(({ sandboxID }) => sandboxID));
      next = answer.headers.get('x-next-token');
    } while (next !== null && next !== '');
    return ids;
  }

  async #call(method: string, path: string, body?: object, allowed: readonly number[] = []): Promise<Response> {
    const { url, apiKey } = this.#options;
    let answer: Response;
    try {
      answer = await fetch(`${url.replace(/\/$/, '')}${path}`, {
        method,
        headers: { 'x-api-key': apiKey, ...(body ? { 'content-type': 'application/json' } : {}) },
        ...(body ? { body: JSON.stringify(body) } : {}),
        signal: AbortSignal.timeout(CALL_MS),
      });
    } catch (error) {
      throw new HoldfastError('SANDBOX_UNAVAILABLE', `${new URL(url).host} (sandbox.e2b.url) cannot be reached.`, {
        cause: error,
      });
    }
    if (answer.ok || allowed.includes(answer.status)) return answer;
    throw refusal(new URL(url).host, answer.status, await answer.text());
  }
}

function refusal(host: string, status: number, text: string): HoldfastError {
  const parsed = RefusalSchema.safeParse(parseJson(text));
  const said = parsed.success ? parsed.data.message : text.slice(0, 200);
  const advice = status === 401 || status === 403 ? ' Check sandbox.e2b.api_key.' : '';
  return new HoldfastError('SANDBOX_UNAVAILABLE', `${host} refused (HTTP ${status}): ${said}${advice}`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
