import type { ReactNode } from 'react';

/** A table that scrolls by itself where it is wide; `caption` says what it holds, for those who cannot see it. */
export function Table(props: { caption: string; head: readonly ReactNode[]; children: ReactNode }) {
  const { caption, children, head } = props;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard.
    <section aria-label={caption} tabIndex={0} className="overflow-x-auto rounded-xl border border-line bg-surface">
      <table className="w-full border-collapse text-sm">
        <caption className="sr-only">{caption}</caption>
        <thead>
          <tr className="border-b border-line bg-raised text-start">
            {head.map((cell, index) => (
              // oxlint-disable-next-line react/no-array-index-key -- the columns never change their order.
              <th key={index} scope="col" className="px-3 py-2 text-start font-medium whitespace-nowrap">
                {cell}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="[&>tr]:border-b [&>tr]:border-line [&>tr:last-child]:border-0 [&_td]:px-3 [&_td]:py-2 [&_td]:align-top">
          {children}
        </tbody>
      </table>
    </section>
  );
}
