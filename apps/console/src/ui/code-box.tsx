import { visible } from './visible.ts';

/** More than this is not laid out at once: a huge line would freeze the page. */
const MOST = 20_000;

/** Text as it is, in a box that scrolls by itself. Nothing in it is ever more than text. */
export function CodeBox({ label, text }: { label: string; text: string }) {
  const cut = text.length > MOST;
  return (
    <pre
      role="region"
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard.
      tabIndex={0}
      className="max-h-80 overflow-auto rounded-md border border-line bg-raised p-2 font-mono text-xs break-all whitespace-pre-wrap"
    >
      {visible(cut ? text.slice(0, MOST) : text)}
      {cut ? ' …' : ''}
    </pre>
  );
}
