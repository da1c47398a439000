import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { ActionTable } from './action-table.tsx';
import { OutputDiff } from './output-diff.tsx';
import { useComparedActions, useComparedRun } from './queries.ts';
import { Summary } from './summary.tsx';

/** What two runs have in common, and what not. */
export function Comparison({ a, b }: { a: string; b: string }) {
  const { t } = useTranslation();
  const [runA, runB] = [useComparedRun(a), useComparedRun(b)];
  const actionsA = useComparedActions(a, runA.data?.ended_at !== null);
  const actionsB = useComparedActions(b, runB.data?.ended_at !== null);
  // That a run cannot be read is said where it was chosen.
  if (!runA.data || !runB.data) return null;
  const failed = [actionsA, actionsB].find(({ data, error }) => error && !data);
  return (
    <>
      <Heading text={t('compare.summary')}>
        <Summary a={runA.data} b={runB.data} actions={[actionsA.data ?? [], actionsB.data ?? []]} />
      </Heading>
      <Heading text={t('compare.actions')}>
        {failed ? (
          <Problem error={failed.error} onRetry={() => void failed.refetch()} />
        ) : actionsA.data && actionsB.data ? (
          <ActionTable a={actionsA.data} b={actionsB.data} />
        ) : (
          <Loading />
        )}
      </Heading>
      <Heading text={t('compare.outputs')}>
        <OutputDiff a={runA.data} b={runB.data} />
      </Heading>
    </>
  );
}

function Heading({ children, text }: { text: string; children: ReactNode }) {
  return (
    <section className="flex min-w-0 flex-col gap-2">
      <h2 className="text-lg font-semibold">{text}</h2>
      {children}
    </section>
  );
}
