import { createElement, useEffect } from 'react';
import { createRoot } from 'react-dom/client';

import { PlainMarkdown } from './plain-markdown.ts';

/** A page of a run as one writes it first: asks for what there is, and shows all of it. */
function Page({ texts }: { texts: readonly string[] }) {
  useEffect(() => {
    // What the benchmark waits for.
    const tell = () => Object.assign(window, { shown: performance.now() });
    requestAnimationFrame(() => requestAnimationFrame(tell));
  }, []);
  // oxlint-disable-next-line react/no-array-index-key -- the rows have no other identity.
  const rows = texts.map((text, n) => createElement('li', { key: n }, createElement(PlainMarkdown, { text })));
  return createElement('ol', undefined, rows);
}

const root = document.querySelector('#root');
if (!root) throw new Error('The page has no place for the run.');
const texts = (await (await fetch('/texts.json')).json()) as string[];
createRoot(root).render(createElement(Page, { texts }));
