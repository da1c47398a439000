import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { outcomeOf } from '../ui/outcome.tsx';
import { isAction } from './item.ts';
import type { RunLog } from './log.ts';

/** A screen reader is told what changed, never each word of a stream: at most one sentence in so many milliseconds. */
const EVERY_MS = 4000;

/** Reads aloud what happens in a run (WCAG 2.2, 4.1.3): questions at once, everything else now and then. */
export function Announcer({ log, version }: { log: RunLog; version: number }) {
  const { t } = useTranslation();
  const [said, setSaid] = useState('');
  const last = useRef(0);
  const { status } = log;
  const item = log.items.findLast(isAction);
  const what = item ? `${item.id} ${item.outcome}` : '';
  const sentence =
    status === 'waiting' || log.endedAt !== undefined
      ? t('run.announce.status', { status: t(`status.${status}`) })
      : item
        ? item.outcome === 'pending'
          ? t('run.announce.began', { name: item.name })
          : t('run.announce.ended', { name: item.name, outcome: t(`run.outcome.${outcomeOf(item.outcome)}`) })
        : '';
  useEffect(() => {
    const urgent = status === 'waiting' || log.endedAt !== undefined;
    const wait = urgent ? 0 : Math.max(0, last.current + EVERY_MS - Date.now());
    const timer = setTimeout(() => {
      last.current = Date.now();
      setSaid(sentence);
    }, wait);
    return () => clearTimeout(timer);
    // `version` is left out on purpose: it changes with every word.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [what, status]);
  return (
    <p role="status" aria-live="polite" className="sr-only" data-version={version > 0 ? 'live' : 'empty'}>
      {said}
    </p>
  );
}
