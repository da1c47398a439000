import { type EmbedderConfig, EmbedderConfigSchema } from './config.ts';

/** The configuration of an embedder on a server. */
export function openAiConfig(server: { readonly url: string }, more: object = {}): EmbedderConfig {
  return EmbedderConfigSchema.parse({ provider: 'openai', url: `${server.url}/v1`, model: 'small', ...more });
}

/** The vectors of an answer of `POST /v1/embeddings`. */
export function dataOf(answer: unknown): Record<string, unknown>[] {
  return (answer as { data: Record<string, unknown>[] }).data;
}
