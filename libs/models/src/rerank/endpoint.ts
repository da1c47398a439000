import type { z } from 'zod';

import { type Endpoint, type EndpointDeps, malformed, openEndpoint } from '../endpoint/endpoint.ts';
import { readable } from '../readable.ts';
import type { RerankerConfig } from './config.ts';
import type { Reranker } from './reranker.ts';
import { type Ranked, scoresOf } from './scores.ts';

/** How a rerank protocol is spoken. */
export interface RerankProtocol {
  readonly provider: RerankerConfig['provider'];
  /** The base URL where none is configured; undefined: there is none. */
  readonly url: string | undefined;
  /** The body of a request. */
  request(query: string, texts: readonly string[], model: string | undefined): object;
  /** What an answer is to look like. */
  readonly answer: z.ZodType<readonly Ranked[]>;
}

/** A reranker behind `POST <url>/rerank`. Throws MODEL_UNAVAILABLE where its key is missing. */
export function openEndpointReranker(protocol: RerankProtocol, config: RerankerConfig, deps: EndpointDeps): Reranker {
  const { provider } = protocol;
  const base = (config.url ?? protocol.url ?? '').replace(/\/+$/, '');
  const id = config.model === undefined ? provider : `${provider}/${config.model}`;
  const endpoint = openEndpoint(id, `${base}/rerank`, config, deps);
  return {
    id,
    async rerank(query, texts, signal) {
      const { max_batch: size, max_chars: maxChars } = config;
      const asked = readable(query, '', maxChars);
      const ranked: Ranked[] = [];
      for (let at = 0; at < texts.length; at += size) {
        const part = texts.slice(at, at + size).map((text) => readable(text, '', maxChars));
        const found = await askPart(
          endpoint,
          protocol,
          protocol.request(asked, part, config.model),
          part.length,
          signal,
        );
        ranked.push(...found.map(({ index, score }) => ({ index: index + at, score })));
      }
      // All parts at once: whether scores are logits is to be seen alike for each.
      return scoresOf(id, ranked, texts.length);
    },
    close: async () => {},
  };
}

function askPart(
  endpoint: Endpoint,
  protocol: RerankProtocol,
  body: object,
  count: number,
  signal: AbortSignal | undefined,
): Promise<readonly Ranked[]> {
  return endpoint.ask(
    body,
    (answer) => {
      const parsed = protocol.answer.safeParse(answer);
      if (!parsed.success) throw malformed(endpoint.id, 'the server sent something else than scores', parsed.error);
      // Inside the attempt: an answer that lacks a score is asked for again.
      scoresOf(endpoint.id, parsed.data, count);
      return parsed.data;
    },
    signal,
  );
}
