import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { Guard } from '../app/guard.tsx';
import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { Table } from '../ui/table.tsx';
import { type ConfigSection, type ConfigValue, sectionsOf, textOfValue, unitOf } from './config.ts';

/** The configuration that is in force, where each value comes from, and how it is set; the limits first. */
export function LimitsPage() {
  const { t } = useTranslation();
  return (
    <Guard scope="admin:read" title={t('nav.limits')}>
      <Limits />
    </Guard>
  );
}

function Limits() {
  const { t } = useTranslation();
  const [words, setWords] = useState('');
  const { data, error, isPending, refetch } = useQuery({
    queryKey: ['config'],
    queryFn: () => ask(api.GET('/api/v1/config')),
  });
  const sections = data ? sectionsOf(data.values, words) : [];
  return (
    <Page title={t('nav.limits')}>
      <div className="flex flex-col gap-5">
        <p className="max-w-3xl text-soft">
          {t('admin.limits.lead')}{' '}
          {data && (data.file === null ? t('admin.limits.noFile') : t('admin.limits.file', { file: data.file }))}
        </p>
        {error && <Problem error={error} onRetry={() => void refetch()} />}
        {isPending && !error && <Loading />}
        {data && (
          <search className="max-w-md">
            <TextField
              type="search"
              label={t('admin.limits.filter')}
              value={words}
              onChange={(event) => setWords(event.target.value)}
            />
          </search>
        )}
        {data && sections.length === 0 && (
          <Empty title={t('admin.limits.nothing')}>
            <Button onClick={() => setWords('')}>{t('admin.limits.all')}</Button>
          </Empty>
        )}
        {sections.map((section) => (
          <Section key={section.name} section={section} />
        ))}
      </div>
    </Page>
  );
}

const NAMED = [
  'limits',
  'gateway',
  'auth',
  'agent',
  'models',
  'sandbox',
  'tools',
  'storage',
  'telemetry',
  'data_dir',
] as const;

function Section({ section: { name, values } }: { section: ConfigSection }) {
  const { t } = useTranslation();
  const known = NAMED.find((one) => one === name);
  const title = known ? t(`admin.section.${known}`) : name;
  const head = ['key', 'value', 'origin', 'meaning'] as const;
  return (
    <section>
      <h2 className="mb-2 text-lg font-semibold">{title}</h2>
      <Table caption={title} head={head.map((column) => t(`admin.limits.col.${column}`))}>
        {values.map((value) => (
          <Row key={value.key} value={value} />
        ))}
      </Table>
    </section>
  );
}

function Row({ value: { description, environment, key, origin, value } }: { value: ConfigValue }) {
  const { t } = useTranslation();
  const format = useFormat();
  const unit = typeof value === 'number' ? unitOf(key) : undefined;
  return (
    <tr>
      <td className="min-w-60 font-mono text-xs break-words">{key}</td>
      <td className="min-w-32">
        <span className="font-mono text-xs break-all">{textOfValue(value)}</span>
        {typeof value === 'number' && unit && (
          <span className="block text-soft">{unit === 'bytes' ? format.bytes(value) : format.duration(value)}</span>
        )}
      </td>
      <td className="min-w-32 break-all">
        {origin === 'default' ? t('admin.limits.default') : <Badge tone="accent">{origin}</Badge>}
      </td>
      <td className="min-w-64">
        <span lang="en">{description}</span>
        <span className="block font-mono text-xs break-all text-soft">{environment}</span>
      </td>
    </tr>
  );
}
