import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { visible } from '../ui/visible.ts';
import type { PanelProps } from './panels.tsx';

/** Everything else that is known of the run. */
export function Details({ run }: PanelProps) {
  const { t } = useTranslation();
  const format = useFormat();
  const rows: [string, string][] = [
    [t('run.detail.id'), run.id],
    [t('run.detail.agent'), run.agent],
    [t('run.detail.createdBy'), run.created_by],
    [t('run.detail.created'), format.time(run.created_at)],
    [t('run.detail.started'), format.time(run.started_at)],
    [t('run.detail.ended'), format.time(run.ended_at)],
    [t('run.detail.isolation'), run.isolation],
    [t('run.detail.inputs'), run.inputs.map(({ name, path }) => `/input/${name} ← ${path}`).join('\n')],
    [t('run.detail.artifacts'), run.artifacts.join('\n')],
    [t('run.detail.workspace'), run.workspace],
  ];
  return (
    <dl className="grid grid-cols-1 gap-x-4 rounded-lg border border-line bg-surface p-3 text-sm sm:grid-cols-[auto_1fr] sm:gap-y-2">
      {rows
        .filter(([, value]) => value !== '')
        .map(([name, value]) => (
          <div key={name} className="contents">
            <dt className="text-soft">{name}</dt>
            <dd dir="auto" className="break-all whitespace-pre-wrap">
              {visible(value)}
            </dd>
          </div>
        ))}
    </dl>
  );
}
