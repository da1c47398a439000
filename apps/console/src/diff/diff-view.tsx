import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef } from 'react';
import { useTranslation } from 'react-i18next';

import { visible } from '../ui/visible.ts';
import type { DiffLine } from './lines.ts';

const LOOK = {
  same: '',
  added: 'bg-ok-soft text-ok',
  removed: 'bg-bad-soft text-bad',
  skipped: 'bg-raised text-soft',
} as const;
const SIGN = { same: ' ', added: '+', removed: '−', skipped: '⋯' } as const;
const LINE_CHARS = 2000;

/** A diff as one reads it: what came is marked with +, what went with −, not by colour alone. */
export function DiffView({ label, lines }: { label: string; lines: readonly DiffLine[] }) {
  const { t } = useTranslation();
  const box = useRef<HTMLElement>(null);
  const rows = useVirtualizer({
    count: lines.length,
    getScrollElement: () => box.current,
    estimateSize: () => 18,
    overscan: 30,
  });
  return (
    <section
      ref={box}
      aria-label={label}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard.
      tabIndex={0}
      className="max-h-[60dvh] min-h-24 overflow-auto rounded-lg border border-line bg-surface font-mono text-xs"
    >
      {lines.length === 0 && <p className="p-3 font-sans text-sm text-soft">{t('run.files.same')}</p>}
      <div className="relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map(({ index, start }) => {
          const line = lines[index];
          if (!line) return null;
          const text = line.text.length > LINE_CHARS ? `${line.text.slice(0, LINE_CHARS)} …` : line.text;
          return (
            <div
              key={index}
              ref={rows.measureElement}
              data-index={index}
              style={{ transform: `translateY(${start}px)` }}
              className={`absolute inset-x-0 top-0 grid min-h-[18px] grid-cols-[3.5rem_3.5rem_1.2rem_1fr] ${LOOK[line.kind]}`}
            >
              <span className="pe-2 text-end text-soft select-none">{line.kind === 'skipped' ? '' : line.before}</span>
              <span className="pe-2 text-end text-soft select-none">{line.kind === 'skipped' ? '' : line.after}</span>
              <span>{SIGN[line.kind]}</span>
              <span className="break-all whitespace-pre-wrap">{visible(text)}</span>
            </div>
          );
        })}
      </div>
    </section>
  );
}
