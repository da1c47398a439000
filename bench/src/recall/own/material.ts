/** Something that somebody says of themselves, and what can be asked of it. `{N}` is whoever says it. */
export interface Said {
  /** What the other one says before it; it may hold words of the questions, as in talk. */
  readonly lead: string;
  readonly says: string;
  /** Asks in words of the text. */
  readonly plain: string;
  /** Asks in none of the text's words. */
  readonly paraphrase: string;
  /** Asks for the time. */
  readonly when?: string;
  /** What they can be called after it, in place of the name: then two texts are needed to answer. */
  readonly who?: string;
}

/** What is in a manual; `{P}` is the product, `{C}` its code, `{K}` its setting, `{V}` a number. */
export interface Section {
  readonly heading: string;
  readonly text: string;
  /** Left out: nothing is asked of it. */
  readonly asks?: { readonly kind: 'identifier' | 'paraphrase' | 'single'; readonly text: string };
}

/** Everything of one language. */
export interface Material {
  readonly language: 'en' | 'zh';
  /** Who talks with whom. */
  readonly pairs: readonly (readonly [string, string])[];
  readonly said: readonly Said[];
  /** Exchanges that answer nothing; `{S}` is one of `subjects`. */
  readonly small: readonly (readonly string[])[];
  readonly subjects: readonly string[];
  readonly reactions: readonly string[];
  /** Questions that nothing answers. */
  readonly unanswered: readonly string[];
  readonly products: readonly string[];
  readonly sections: readonly Section[];
}
