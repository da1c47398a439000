/** `[1]`, `[L1]`, `[H1]`: commands listed in the document; `[action:t1.0]`: an action by its id. */
export const MARKER = /\[(?:[A-Z]?\d{1,4}|action:[\w.:-]{1,100})\]/g;

const FRAGMENT = /^#[\w.:-]+$/;

/** An address that stays within the page; undefined for any other. */
export function fragment(href: string | undefined): string | undefined {
  return href !== undefined && FRAGMENT.test(href) ? href : undefined;
}
