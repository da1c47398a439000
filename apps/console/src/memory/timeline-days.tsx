import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { visible } from '../ui/visible.ts';
import { MemoryBadges } from './badges.tsx';
import { byDay, startOf } from './days.ts';
import type { Memory, Viewer } from './queries.ts';

/** So much of a text is shown in a list, characters. */
const SHOWN = 400;

/** Memories under the days on which they took place; each can be opened, and selected where `onSelect` is given. */
export function TimelineDays(props: {
  memories: readonly Memory[];
  viewer: Viewer;
  selected: ReadonlySet<string>;
  onSelect: ((selected: ReadonlySet<string>) => void) | undefined;
}) {
  const { memories, onSelect, selected, viewer } = props;
  const { i18n, t } = useTranslation();
  const format = useFormat();
  const days = new Intl.DateTimeFormat(i18n.language === 'zh' ? 'zh-CN' : 'en', { dateStyle: 'full' });
  const toggle = (id: string) => {
    const next = new Set(selected);
    if (!next.delete(id)) next.add(id);
    onSelect?.(next);
  };
  return byDay(memories).map(({ day, items }) => (
    <section key={`${day} ${items[0]?.id ?? ''}`} className="flex flex-col gap-2">
      <h2 className="text-sm font-semibold text-soft">
        <time dateTime={day}>{days.format(new Date(startOf(day)))}</time>
      </h2>
      <ul className="flex flex-col gap-2">
        {items.map((memory) => {
          const text = visible(memory.text.slice(0, SHOWN));
          return (
            <li key={memory.id} className="flex gap-3 rounded-xl border border-line bg-surface p-3">
              {onSelect && (
                <input
                  type="checkbox"
                  className="mt-0.5 size-5 shrink-0"
                  aria-label={t('memory.timeline.select', { text: text.slice(0, 80) })}
                  checked={selected.has(memory.id)}
                  onChange={() => toggle(memory.id)}
                />
              )}
              <div className="flex min-w-0 grow flex-col gap-1.5">
                <Link
                  to="/memory/$id"
                  params={{ id: memory.id }}
                  search={viewer}
                  className="break-words whitespace-pre-wrap text-text no-underline hover:underline"
                >
                  {text}
                  {memory.text.length > SHOWN && ' …'}
                </Link>
                {memory.quarantine_reason !== null && (
                  <p className="text-sm break-words text-warn">
                    {t('memory.timeline.reason', { reason: visible(memory.quarantine_reason) })}
                  </p>
                )}
                <span className="flex flex-wrap items-center justify-between gap-2">
                  <MemoryBadges memory={memory} />
                  <time dateTime={memory.at} className="text-xs text-soft">
                    {format.clock(Date.parse(memory.at))}
                  </time>
                </span>
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  ));
}
