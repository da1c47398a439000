import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { CodeBox } from '../ui/code-box.tsx';
import { visible } from '../ui/visible.ts';
import type { Memory, Viewer } from './queries.ts';

/** Where a memory comes from: the run, document or person, how far that is trusted, and what it rests on word for word. */
export function Provenance({ memory, viewer }: { memory: Memory; viewer: Viewer }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { agent, author, document_id: document, evidence, group, location, run_id: run, user } = memory;
  const owner = user === null ? t('memory.owner.everyone') : t('memory.owner.user', { user: visible(user) });
  const fields: readonly (readonly [string, ReactNode])[] = [
    [t('memory.one.kind'), t(`memory.kinds.${memory.kind}`)],
    [
      t('memory.one.owner'),
      agent === null ? owner : `${owner} · ${t('memory.owner.agent', { agent: visible(agent) })}`,
    ],
    [t('memory.one.origin'), memory.origin],
    [t('memory.one.trust'), t(`memory.trust.${memory.trust}`)],
    [t('memory.one.author'), author === null ? null : visible(author)],
    [
      t('memory.one.run'),
      run === null ? null : (
        <Link to="/runs/$id" params={{ id: run }} className="break-all">
          {run}
        </Link>
      ),
    ],
    [
      t('memory.one.document'),
      document === null ? null : (
        <Link to="/memory/timeline" search={{ document, ...viewer }} className="break-all">
          {document}
        </Link>
      ),
    ],
    [t('memory.one.location'), location === null ? null : visible(location)],
    [
      t('memory.one.group'),
      group === null ? null : (
        <Link to="/memory/timeline" search={{ group, ...viewer }} className="break-all">
          {visible(group)}
        </Link>
      ),
    ],
    [t('memory.one.at'), format.time(memory.at)],
    [t('memory.one.created'), format.time(memory.created_at)],
    [t('memory.one.confidence'), format.percent(memory.confidence)],
  ];
  return (
    <section aria-label={t('memory.one.from')} className="rounded-xl border border-line bg-surface p-4">
      <h2 className="mb-2 font-semibold">{t('memory.one.from')}</h2>
      <dl className="grid gap-x-4 gap-y-1 text-sm sm:grid-cols-[auto_1fr]">
        {fields
          .filter(([, value]) => value !== null)
          .map(([label, value]) => (
            <div key={label} className="contents">
              <dt className="font-medium">{label}</dt>
              <dd className="break-words">{value}</dd>
            </div>
          ))}
      </dl>
      {evidence !== null && (
        <div className="mt-3 text-sm">
          <h3 className="font-medium">{t('memory.one.evidence')}</h3>
          <blockquote className="border-s-2 border-line ps-2 break-words whitespace-pre-wrap">
            {visible(evidence)}
          </blockquote>
        </div>
      )}
      {Object.keys(memory.attributes).length > 0 && (
        <div className="mt-3">
          <h3 className="text-sm font-medium">{t('memory.one.attributes')}</h3>
          <CodeBox label={t('memory.one.attributes')} text={JSON.stringify(memory.attributes, undefined, 2)} />
        </div>
      )}
    </section>
  );
}
