import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { Problem } from '../ui/problem.tsx';
import { statusQuery } from './queries.ts';

/** How much is remembered, by what it is found, and what still waits. Parts that are away are named. */
export function StatusStrip() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, error, refetch } = useQuery(statusQuery);
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (!data) return null;
  const waiting = data.to_embed + data.to_index;
  const figures = [
    { label: t('memory.status.memories'), value: format.number(data.memories) },
    { label: t('memory.states.quarantined'), value: format.number(data.quarantined) },
    { label: t('memory.states.archived'), value: format.number(data.archived) },
    { label: t('memory.status.entities'), value: format.number(data.entities) },
    { label: t('memory.status.relations'), value: format.number(data.relations) },
    { label: t('memory.status.documents'), value: format.number(data.documents) },
    { label: t('memory.status.waits'), value: format.number(waiting) },
    { label: t('memory.status.embedder'), value: data.embedder === '' ? t('memory.status.none') : data.embedder },
  ];
  const bad = data.parts.filter(({ ok }) => !ok);
  return (
    <section aria-label={t('memory.status.title')} className="rounded-xl border border-line bg-surface p-3">
      <dl className="flex flex-wrap gap-x-6 gap-y-2">
        {figures.map(({ label, value }) => (
          <div key={label} className="min-w-0">
            <dt className="text-xs text-soft">{label}</dt>
            <dd className="break-all tabular-nums">{value}</dd>
          </div>
        ))}
      </dl>
      {bad.length > 0 && (
        <ul role="status" className="mt-2 text-sm text-warn">
          {bad.map((part) => (
            <li key={`${part.role} ${part.product}`}>{t('memory.status.bad', part)}</li>
          ))}
        </ul>
      )}
      <details className="mt-2 text-sm">
        <summary className="cursor-pointer text-soft">{t('memory.status.parts')}</summary>
        <ul className="mt-1">
          {data.parts.map(({ detail, product, role }) => (
            <li key={`${role} ${product}`} className="break-words">
              <span className="font-medium">{role}</span>: {product} <span className="text-soft">{detail}</span>
            </li>
          ))}
        </ul>
      </details>
    </section>
  );
}
