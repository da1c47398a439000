import { useState } from 'react';
import { createRoot } from 'react-dom/client';

import { startTexts } from '../../../apps/console/src/i18n/index.ts';
import { Markdown } from '../../../apps/console/src/markdown/markdown.tsx';
import { measure } from './measure.ts';

// The component of the console's transcript as it is; vite.config.ts says where its Markdown is rendered.
let show = (_text: string, _done: boolean): void => undefined;

function Page() {
  const [{ done, text }, setShown] = useState({ text: '', done: false });
  show = (grown, ended) => setShown({ text: grown, done: ended });
  return <Markdown text={text} done={done} />;
}

const root = document.querySelector<HTMLElement>('#root');
if (!root) throw new Error('The page has no place for the text.');
await startTexts('en');
createRoot(root).render(<Page />);
window.measure = (pace) => measure(root, (text, done) => show(text, done), pace);
