import { type ReactNode, useEffect, useRef } from 'react';

/** A page with its heading, which gets the focus when the page is come to, and names the window. */
export function Page(props: { title: string; heading?: ReactNode; actions?: ReactNode; children: ReactNode }) {
  const { actions, children, heading, title } = props;
  const top = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = `${title} · Holdfast`;
  }, [title]);
  useEffect(() => {
    top.current?.focus({ preventScroll: true });
  }, []);
  return (
    <>
      <div className="mb-4 flex flex-wrap items-center justify-between gap-3">
        <h1 ref={top} tabIndex={-1} className="min-w-0 text-2xl font-semibold outline-none">
          {heading ?? title}
        </h1>
        {actions !== undefined && <div className="flex flex-wrap gap-2">{actions}</div>}
      </div>
      {children}
    </>
  );
}
