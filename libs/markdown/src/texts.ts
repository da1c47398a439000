/** What a page says of itself beside the document. */
export interface Texts {
  readonly table: string;
  readonly done: string;
  readonly open: string;
  readonly footnotes: string;
  readonly backTo: (reference: number) => string;
}

/** A language of the platform. */
export type Language = 'en' | 'zh';

/** For screen readers, in the reader's language. */
export const TEXTS: Readonly<Record<Language, Texts>> = {
  en: {
    table: 'Table',
    done: 'Done',
    open: 'Not done',
    footnotes: 'Footnotes',
    backTo: (reference) => `Back to reference ${reference}`,
  },
  zh: {
    table: '表格',
    done: '已完成',
    open: '未完成',
    footnotes: '脚注',
    backTo: (reference) => `返回引用 ${reference}`,
  },
};
