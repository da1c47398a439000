import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { Button } from '../ui/button.tsx';
import { useFollow } from '../ui/use-follow.ts';
import { ansiSpans } from './ansi.ts';
import { AnsiText } from './ansi-text.tsx';
import type { PanelProps } from './panels.tsx';

const STREAM_CLASS = { command: 'text-accent font-semibold', stdout: '', stderr: 'text-bad' } as const;

/** What the commands in the sandbox print, as they print it; only the lines in view are in the page. */
export function Terminal({ log, seq, version }: PanelProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const box = useRef<HTMLElement>(null);
  const { following, onScroll, setFollowing, toEnd } = useFollow(box);
  const { dropped, lines } = log.terminal;
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 18,
    getItemKey: (index) => lines[index]?.n ?? index,
    overscan: 20,
  });
  useEffect(() => {
    if (following) toEnd();
    // Every version may add lines.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [version, seq, following]);
  return (
    <div className="relative">
      {dropped > 0 && (
        <p className="mb-1 text-sm text-soft">{t('run.droppedLines', { count: format.number(dropped) })}</p>
      )}
      <section
        ref={box}
        role="log"
        aria-live="off"
        aria-label={t('run.panel.terminal')}
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard.
        tabIndex={0}
        onScroll={onScroll}
        className="h-[calc(100dvh-16rem)] min-h-72 overflow-auto rounded-lg border border-line bg-surface p-2 font-mono text-xs"
      >
        {lines.length === 0 && <p className="font-sans text-sm text-soft">{t('run.noOutput')}</p>}
        <div className="relative" style={{ height: rows.getTotalSize() }}>
          {rows.getVirtualItems().map(({ index, key, start }) => {
            const line = lines[index];
            return line ? (
              <div
                key={key}
                ref={rows.measureElement}
                data-index={index}
                style={{ transform: `translateY(${start}px)` }}
                className={`absolute inset-x-0 top-0 min-h-[18px] break-all whitespace-pre-wrap ${STREAM_CLASS[line.stream]}`}
              >
                <AnsiText spans={ansiSpans(line.text)} />
              </div>
            ) : null;
          })}
        </div>
      </section>
      {!following && (
        <Button small className="absolute end-4 bottom-4 shadow-lg" onClick={() => setFollowing(true)}>
          {t('run.follow')}
        </Button>
      )}
    </div>
  );
}
