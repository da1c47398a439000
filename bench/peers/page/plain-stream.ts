import { createElement, useState } from 'react';
import { createRoot } from 'react-dom/client';

import { measure } from '../../console/page/measure.ts';
import { PlainMarkdown } from './plain-markdown.ts';

// What most pages do: the whole text again with every chunk, on the main thread.
let show = (_text: string): void => undefined;

function Page() {
  const [text, setText] = useState('');
  show = setText;
  return createElement(PlainMarkdown, { text });
}

const root = document.querySelector<HTMLElement>('#root');
if (!root) throw new Error('The page has no place for the text.');
createRoot(root).render(createElement(Page));
window.measure = (pace) => measure(root, (text) => show(text), pace);
