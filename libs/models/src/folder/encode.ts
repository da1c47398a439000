/** A text, or a query and a text, as numbers. */
export interface Encoded {
  readonly ids: number[];
  /** 0 for the query, 1 for the text that stands beside it. */
  readonly types: number[];
}

/** The part of a tokenizer that is used. */
export interface Tokenizer {
  (
    text: string,
    options: { text_pair?: string; return_tensor: false; return_token_type_ids: true },
  ): { input_ids: number[]; token_type_ids?: number[] };
}

/** A token has at least one character, and seldom as many: more of a text is not even tokenised. */
const MAX_CHARS_PER_TOKEN = 16;
/** So much of the places a query may take, so that the text beside it is read too. */
const QUERY_SHARE = 0.5;

/** Tokenises a text, alone or beside a query. What is too long loses its end, except for its last token, which closes it. */
export function encode(tokenizer: Tokenizer, text: string, query: string | undefined, maxTokens: number): Encoded {
  const cut = text.slice(0, maxTokens * MAX_CHARS_PER_TOKEN).toWellFormed();
  const options = { return_tensor: false, return_token_type_ids: true } as const;
  const { input_ids: ids, token_type_ids: types } =
    query === undefined
      ? tokenizer(cut, options)
      : tokenizer(shortQuery(tokenizer, query, Math.floor(maxTokens * QUERY_SHARE)), { ...options, text_pair: cut });
  return { ids: shortened(ids, maxTokens), types: shortened(types ?? ids.map(() => 0), maxTokens) };
}

/** A query of at most so many tokens: half of it, as often as it needs. */
function shortQuery(tokenizer: Tokenizer, query: string, maxTokens: number): string {
  let cut = query.slice(0, maxTokens * MAX_CHARS_PER_TOKEN).toWellFormed();
  const options = { return_tensor: false, return_token_type_ids: true } as const;
  while (cut.length > 1 && tokenizer(cut, options).input_ids.length > maxTokens) {
    cut = cut.slice(0, Math.ceil(cut.length / 2)).toWellFormed();
  }
  return cut;
}

function shortened(values: number[], length: number): number[] {
  return values.length <= length ? values : [...values.slice(0, length - 1), ...values.slice(-1)];
}

/** Which texts are read together: like lengths, so that little is filled up, and not more tokens than `budget`. */
export function groupsOf(encoded: readonly Encoded[], budget: number): number[][] {
  const order = [...encoded.keys()].sort((a, b) => (encoded[a]?.ids.length ?? 0) - (encoded[b]?.ids.length ?? 0));
  const groups: number[][] = [];
  for (const at of order) {
    const group = groups.at(-1);
    // The latest is the longest: all others are filled up to it.
    if (group && (group.length + 1) * (encoded[at]?.ids.length ?? 0) <= budget) group.push(at);
    else groups.push([at]);
  }
  return groups;
}
