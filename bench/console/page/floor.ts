import { createIncremental } from '@holdfast/markdown';

import { measure } from './measure.ts';
import { sampleMarkdown } from './sample-markdown.ts';

// What no page can be faster than: blocks that were made before are appended, whenever enough of the text has come.
const root = document.querySelector<HTMLElement>('#root');
if (!root) throw new Error('The page has no place for the text.');
const text = sampleMarkdown();
const markdown = createIncremental();
const blocks: { at: number; html: string }[] = [];
for (let at = 0; at < text.length; at += 200) {
  const html = markdown.push(text.slice(at, at + 200)).commit.join('');
  if (html !== '') blocks.push({ at: Math.min(text.length, at + 200), html });
}
blocks.push({ at: text.length, html: markdown.end().commit.join('') });
const box = document.createElement('div');
box.className = 'markdown';
root.append(box);
window.measure = (pace) =>
  measure(
    root,
    (shown) => {
      for (let [next] = blocks; next && next.at <= shown.length; [next] = blocks) {
        box.insertAdjacentHTML('beforeend', next.html);
        blocks.shift();
      }
    },
    pace,
  );
