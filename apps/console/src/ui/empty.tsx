import type { ReactNode } from 'react';

/** A page or list with nothing in it: what it is for, and what to do first. */
export function Empty({ children, title }: { title: string; children: ReactNode }) {
  return (
    <div className="rounded-xl border border-dashed border-field bg-surface px-6 py-10 text-center">
      <h2 className="text-lg font-semibold">{title}</h2>
      <div className="mx-auto mt-2 flex max-w-xl flex-col items-center gap-3 text-soft">{children}</div>
    </div>
  );
}
