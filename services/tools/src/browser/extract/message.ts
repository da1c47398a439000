import type { ErrorBody } from '@holdfast/protocol';

/** `article`: what the page is about, without what stands around it. `auto`: that, where there clearly is such a part. */
export type ExtractPart = 'auto' | 'article' | 'page';

/** A page to be made Markdown. */
export interface ExtractRequest {
  readonly html: string;
  /** The page's own address: links are made absolute by it. */
  readonly url: string;
  readonly part: ExtractPart;
  /** Characters of Markdown at most; what is beyond is left out. */
  readonly maxChars: number;
}

/** A page as Markdown. */
export interface Extracted {
  readonly title: string;
  readonly byline: string;
  /** When it was published, as the page says it. */
  readonly published: string;
  /** As the page declares it, such as `zh-CN`; empty where it does not. */
  readonly lang: string;
  /** `ltr`, `rtl`, `auto`, or empty. */
  readonly dir: string;
  readonly markdown: string;
  /** What it was taken from. */
  readonly part: 'article' | 'page';
  /** Something was left out, since it is longer than `maxChars`. */
  readonly truncated: boolean;
}

/** What the thread answers. */
export type FromExtractThread =
  | { readonly id: number; readonly ok: true; readonly value: Extracted }
  | { readonly id: number; readonly ok: false; readonly error: ErrorBody };
