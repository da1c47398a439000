import { measure } from './measure.ts';

// What the machine itself does to a page that shows nothing.
const root = document.querySelector<HTMLElement>('#root');
if (!root) throw new Error('The page has no place for the text.');
window.measure = (pace) => measure(root, undefined, pace);
