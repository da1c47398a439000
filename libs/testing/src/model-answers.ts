/** The answer of a model server: an object, or the list that Text Embeddings Inference gives. */
export type ModelAnswer = Record<string, unknown> | readonly Record<string, unknown>[];

/**
 * What a model server answers.
 *
 * @returns the answer; a sentence where the request is refused; undefined where there is nothing at this path
 */
export function answerOf(
  path: string,
  body: Record<string, unknown>,
  defaultDimensions: number,
): ModelAnswer | string | undefined {
  switch (path) {
    case '/v1/embeddings':
      return embeddings(body, defaultDimensions);
    case '/v1/rerank':
    case '/v2/rerank': {
      if (typeof body['model'] !== 'string') return 'model is required';
      const ranked = rank(body['query'], body['documents']);
      if (typeof ranked === 'string') return ranked;
      if (path === '/v2/rerank' && 'return_documents' in body) return 'return_documents is not known';
      return { id: 'rerank-1', results: ranked.map(({ index, score }) => ({ index, relevance_score: score })) };
    }
    case '/rerank':
      return rank(body['query'], body['texts']);
    default:
      return undefined;
  }
}

function embeddings(body: Record<string, unknown>, defaultDimensions: number): ModelAnswer | string {
  const { input, model, dimensions = defaultDimensions, encoding_format: format } = body;
  const texts = textsOf(input);
  if (typeof texts === 'string') return texts;
  if (typeof model !== 'string' || typeof dimensions !== 'number') return 'model and dimensions are of the wrong type';
  if (format !== 'float') return 'only floats are given';
  const data = texts.map((text, index) => ({ object: 'embedding', index, embedding: vectorOf(text, dimensions) }));
  return { object: 'list', model, data, usage: { prompt_tokens: 1, total_tokens: 1 } };
}

/** Not of unit length: whoever needs that has to see to it. */
function vectorOf(text: string, dimensions: number): number[] {
  const vector = Array.from<number>({ length: dimensions }).fill(0);
  for (const pair of pairsOf(text)) {
    let hash = 7;
    for (const character of pair) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 1_000_003;
    vector[hash % dimensions] = (vector[hash % dimensions] ?? 0) + 1;
  }
  return vector;
}

function rank(query: unknown, documents: unknown): { index: number; score: number }[] | string {
  const texts = textsOf(documents);
  if (typeof texts === 'string') return texts;
  if (typeof query !== 'string' || query === '') return 'query must not be empty';
  const asked = new Set(pairsOf(query));
  const scored = texts.map((text, index) => {
    const there = new Set(pairsOf(text));
    return { index, score: [...asked].filter((pair) => there.has(pair)).length / asked.size };
  });
  return scored.sort((a, b) => b.score - a.score);
}

function textsOf(value: unknown): string[] | string {
  if (!Array.isArray(value) || value.length === 0) return 'a list of texts is needed';
  if (value.some((text) => typeof text !== 'string' || text === '')) return 'no text may be empty';
  return value as string[];
}

/** All pairs of neighbouring characters in lower case, the edges of the text included. */
function pairsOf(text: string): string[] {
  const characters = Array.from(` ${text.toLowerCase()} `);
  return characters.slice(1).map((character, at) => `${characters[at]}${character}`);
}
