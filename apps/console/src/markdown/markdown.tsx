import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { trusted } from '../app/trusted.ts';
import type { CitedAction, FromWorker } from './protocol.ts';
import { openDocument, type RenderedDocument } from './worker-client.ts';

const NONE: readonly CitedAction[] = [];

/**
 * Markdown that may still be growing. A worker makes and sanitises the HTML; the page only appends the blocks that are
 * final and replaces the rest (PF-1). Text that is no longer the beginning of what is shown is rendered anew.
 */
export function Markdown(props: { text: string; done: boolean; citing?: readonly CitedAction[] | undefined }) {
  const { citing = NONE, done, text } = props;
  const { i18n } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const open = useRef<{ document: RenderedDocument; sent: string; ended: boolean } | undefined>(undefined);
  const [plain, setPlain] = useState(false);
  const lang = i18n.language === 'zh' ? 'zh' : 'en';
  useEffect(
    () => () => {
      open.current?.document.drop();
      open.current = undefined;
    },
    [citing, lang],
  );
  useEffect(() => {
    const place = box.current;
    if (!place) return;
    const before = open.current;
    const goesOn = before && text.startsWith(before.sent) && !(before.ended && text.length > before.sent.length);
    if (before && !goesOn) before.document.drop();
    const current = goesOn
      ? before
      : { document: begin(place, { lang, actions: citing }, setPlain), sent: '', ended: false };
    open.current = current;
    if (text.length > current.sent.length) current.document.push(text.slice(current.sent.length));
    current.sent = text;
    if (done && !current.ended) {
      current.ended = true;
      current.document.end();
    }
  }, [citing, done, lang, text]);
  if (plain) {
    return (
      <div dir="auto" className="break-words whitespace-pre-wrap">
        {text}
      </div>
    );
  }
  return <div ref={box} className="markdown" />;
}

function begin(
  place: HTMLElement,
  about: { lang: 'en' | 'zh'; actions: readonly CitedAction[] },
  setPlain: (plain: boolean) => void,
): RenderedDocument {
  const final = part('final');
  const tail = part('tail');
  let first = true;
  const onStep = (step: FromWorker) => {
    // What an earlier document showed stays until this one has something: nothing flickers.
    if (first) place.replaceChildren(final, tail);
    first = false;
    apply(final, tail, step);
  };
  return openDocument(about, onStep, () => setPlain(true));
}

function part(name: string): HTMLElement {
  const element = document.createElement('div');
  element.dataset['part'] = name;
  return element;
}

function apply(final: HTMLElement, tail: HTMLElement, step: FromWorker): void {
  if (step.final !== undefined) {
    tail.replaceChildren();
    final.replaceChildren();
    final.insertAdjacentHTML('beforeend', trusted.createHTML(step.final));
    return;
  }
  if (step.commit.length > 0) final.insertAdjacentHTML('beforeend', trusted.createHTML(step.commit.join('')));
  if (step.tail !== undefined) {
    tail.replaceChildren();
    if (step.tail !== '') tail.insertAdjacentHTML('beforeend', trusted.createHTML(step.tail));
  }
  if (step.append !== undefined) {
    tail.querySelector('[data-append]')?.insertAdjacentHTML('beforeend', trusted.createHTML(step.append));
  }
}
