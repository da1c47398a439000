import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../ui/button.tsx';
import { useFollow } from '../ui/use-follow.ts';
import { isAction } from './item.ts';
import type { PanelProps } from './panels.tsx';
import { TranscriptRow } from './row.tsx';

/**
 * Everything that happened, in order. Only the rows in view are in the page, so that 5,000 of them cost no more than 50.
 * It follows a run that goes on as long as its reader is at the end.
 */
export function Transcript({ chosen, log, onChoose, run, seq, version }: PanelProps) {
  const { t } = useTranslation();
  const box = useRef<HTMLElement>(null);
  const { following, onScroll, setFollowing, toEnd } = useFollow(box);
  const { items } = log;
  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => box.current,
    estimateSize: () => 96,
    getItemKey: (index) => items[index]?.key ?? index,
    overscan: 4,
    // What a wheel turns up is drawn with the next frame, not by itself: rows beyond the view bridge the time.
    useFlushSync: false,
  });
  useEffect(() => {
    if (!following) return;
    // What a reader wants of a run that has ended is the beginning of its report.
    if (items.at(-1)?.kind === 'ended') rows.scrollToIndex(items.length - 1, { align: 'start' });
    else toEnd();
    // Every version may add text to the last row.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [version, seq, following, rows.getTotalSize()]);
  useEffect(() => {
    const at = chosen === '' ? -1 : items.findIndex((item) => item.key === chosen);
    if (at < 0) return;
    setFollowing(false);
    rows.scrollToIndex(at, { align: 'start' });
    // Only a new choice moves the view, not the rows that come meanwhile.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [chosen, items.length > 0]);
  return (
    <div className="relative">
      <section
        ref={box}
        role="log"
        aria-live="off"
        aria-label={t('run.panel.transcript')}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard.
        tabIndex={0}
        onScroll={onScroll}
        className="h-[calc(100dvh-12rem)] min-h-80 overflow-y-auto rounded-lg border border-line bg-surface"
      >
        <ol className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, key, start }) => {
            const item = items[index];
            return item ? (
              <li
                key={key}
                ref={rows.measureElement}
                data-index={index}
                id={isAction(item) ? `action-${item.id}` : undefined}
                aria-setsize={items.length}
                aria-posinset={index + 1}
                style={{ transform: `translateY(${start}px)` }}
                className="absolute inset-x-0 top-0 border-b border-line px-4 py-3"
              >
                <TranscriptRow
                  item={item}
                  version={item.version}
                  run={run}
                  live={seq === undefined && log.endedAt === undefined}
                  chosen={item.key === chosen}
                  onChoose={onChoose}
                />
              </li>
            ) : null;
          })}
        </ol>
        {items.length === 0 && <p className="p-6 text-soft">{t('run.nothingYet')}</p>}
      </section>
      {!following && log.endedAt === undefined && (
        <Button small className="absolute end-4 bottom-4 shadow-lg" onClick={() => setFollowing(true)}>
          {t('run.follow')}
        </Button>
      )}
    </div>
  );
}
