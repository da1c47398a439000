import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Run } from '../api/client.ts';
import { computeDiff } from '../diff/compute.ts';
import { DiffView } from '../diff/diff-view.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';

/** Longer outputs are not compared in the page, characters. */
const MOST_CHARS = 2 * 1024 * 1024;

/** How the outputs of two runs differ, worked out in a worker; unchanged parts are hidden until they are wanted. */
export function OutputDiff({ a, b }: { a: Run; b: Run }) {
  const { t } = useTranslation();
  const [whole, setWhole] = useState(false);
  const none = a.output === '' && b.output === '';
  const large = a.output.length + b.output.length > MOST_CHARS;
  const { data, error, refetch } = useQuery({
    queryKey: ['compare', a.id, b.id, a.output.length, b.output.length, whole],
    enabled: !none && !large,
    queryFn: async () => ({
      lines: await computeDiff(a.output, b.output, whole ? Number.POSITIVE_INFINITY : undefined),
    }),
  });
  if (none) return <p className="text-soft">{t('compare.noOutputs')}</p>;
  if (large) return <p className="text-soft">{t('compare.largeOutputs')}</p>;
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (a.output === b.output) return <p>{t('compare.sameOutputs')}</p>;
  return (
    <>
      <label className="flex min-h-8 items-center gap-2 self-start">
        <input type="checkbox" className="size-5" checked={whole} onChange={({ target }) => setWhole(target.checked)} />
        {t('compare.wholeOutputs')}
      </label>
      <p className="text-sm text-soft">{t('compare.signs')}</p>
      {data ? (
        data.lines ? (
          <DiffView label={t('compare.outputs')} lines={data.lines} />
        ) : (
          <p className="text-soft">{t('compare.tooDifferent')}</p>
        )
      ) : (
        <Loading />
      )}
    </>
  );
}
