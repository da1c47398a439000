import type { Language } from '@holdfast/markdown';

/** What a visitor is told whose link opens nothing, whatever the reason is. */
export const NO_SHARE: Readonly<Record<Language, { readonly title: string; readonly text: string }>> = {
  en: {
    title: 'Nothing is shared here',
    text: 'The link is not complete, has expired, or was revoked. Ask whoever sent it to you for a new one.',
  },
  zh: {
    title: '此处没有共享内容',
    text: '链接不完整、已过期或已被撤销。请向发送者索取新的链接。',
  },
};
