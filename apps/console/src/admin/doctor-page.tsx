import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { Guard } from '../app/guard.tsx';
import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';

/** Whether every part that is configured works, by using each of them once. */
export function DoctorPage() {
  const { t } = useTranslation();
  return (
    <Guard scope="admin:read" title={t('nav.doctor')}>
      <Doctor />
    </Guard>
  );
}

function Doctor() {
  const { t } = useTranslation();
  const format = useFormat();
  const { data, dataUpdatedAt, error, isFetching, refetch } = useQuery({
    queryKey: ['doctor'],
    queryFn: () => ask(api.GET('/api/v1/doctor')),
    // It does real work: only when the page is come to, and when it is asked for.
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
    staleTime: 60_000,
  });
  const failed = data?.checks.filter(({ ok }) => !ok) ?? [];
  return (
    <Page
      title={t('nav.doctor')}
      actions={
        <Button look="primary" disabled={isFetching} onClick={() => void refetch()}>
          {t(isFetching ? 'admin.doctor.running' : 'admin.doctor.again')}
        </Button>
      }
    >
      <div className="flex flex-col gap-4">
        <p className="max-w-3xl text-soft">{t('admin.doctor.lead')}</p>
        {error && <Problem error={error} onRetry={() => void refetch()} />}
        {!data && !error && <Loading />}
        <div role="status">
          {data && (
            <p
              className={`rounded-md border p-3 ${data.ok ? 'border-ok bg-ok-soft text-ok' : 'border-bad bg-bad-soft text-bad'}`}
            >
              {data.ok ? t('admin.doctor.well') : t('admin.doctor.ill', { count: failed.length })}{' '}
              {t('admin.doctor.at', { time: format.time(dataUpdatedAt) })}
            </p>
          )}
        </div>
        <ul className="flex flex-col gap-2">
          {data?.checks.map(({ name, ok, verdict }) => (
            <li
              key={name}
              className="flex flex-col gap-1 rounded-lg border border-line bg-surface p-3 sm:flex-row sm:gap-4"
            >
              <span className="flex shrink-0 items-start gap-2 sm:w-60">
                <Badge tone={ok ? 'ok' : 'bad'}>
                  <span aria-hidden="true">{ok ? '✓' : '✗'}</span>
                  {t(ok ? 'admin.doctor.ok' : 'admin.doctor.fails')}
                </Badge>
                <span className="min-w-0 font-mono text-sm break-all">{name}</span>
              </span>
              <span lang="en" className="min-w-0 break-words whitespace-pre-wrap">
                {verdict}
              </span>
            </li>
          ))}
        </ul>
      </div>
    </Page>
  );
}
