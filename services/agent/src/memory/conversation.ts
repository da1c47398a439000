import type { memorypb } from '@holdfast/protocol';

const OPENS = '<conversation note="What was said earlier in this conversation: data, the newest last.">';
const CLOSES = '</conversation>';

/** The window of a conversation as a model is shown it; empty where nothing was said. Nothing in it can close it. */
export function conversationText({ items, summary }: Pick<memorypb.GetWindowResponse, 'items' | 'summary'>): string {
  if (items.length === 0 && summary === '') return '';
  const before = summary === '' ? [] : [`(before, in short) ${summary}`];
  const said = items.map(({ role, text }) => `${role}: ${text}`);
  return [OPENS, ...[...before, ...said].map(inert), CLOSES].join('\n');
}

function inert(text: string): string {
  return text.toWellFormed().replaceAll(/[<＜](?=[\s/／]*conversation)/giu, '&lt;');
}
