import { useQuery } from '@tanstack/react-query';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { DiffView } from '../diff/diff-view.tsx';
import { unifiedLines } from '../diff/unified.ts';
import { SelectField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import type { Version } from './queries.ts';

/** How two versions of a text differ; either can be changed. */
export function Difference(props: {
  path: string;
  versions: readonly Version[];
  shown: { readonly before: number; readonly after: number };
  onChange: (shown: { before: number; after: number }) => void;
}) {
  const { onChange, path, shown, versions } = props;
  const { t } = useTranslation();
  const { after, before } = shown;
  const { data, error, refetch } = useQuery({
    queryKey: ['files', 'diff', path, before, after],
    staleTime: Number.POSITIVE_INFINITY,
    queryFn: async () =>
      (await ask(api.GET('/api/v1/files/diff', { params: { query: { path, before, after } } }))).diff,
  });
  const title = t('files.diff', { before, after });
  const options = versions
    .filter(({ deleted }) => !deleted)
    .map(({ version }) => (
      <option key={version} value={version}>
        .v{version}
      </option>
    ));
  return (
    <section aria-label={title} className="flex flex-col gap-2">
      <h2 className="text-lg font-semibold">{title}</h2>
      <p className="text-sm text-soft">{t('files.swap')}</p>
      <div className="flex flex-wrap gap-4">
        <SelectField
          label={t('files.before')}
          value={before}
          onChange={({ target }) => onChange({ before: Number(target.value), after })}
        >
          {options}
        </SelectField>
        <SelectField
          label={t('files.after')}
          value={after}
          onChange={({ target }) => onChange({ before, after: Number(target.value) })}
        >
          {options}
        </SelectField>
      </div>
      {error && <Problem error={error} onRetry={() => void refetch()} />}
      {data === undefined && !error && <Loading />}
      {data !== undefined && <DiffView key={title} label={title} lines={unifiedLines(data)} />}
    </section>
  );
}
