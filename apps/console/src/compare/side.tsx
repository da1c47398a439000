import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { titleOf } from '../run/title.ts';
import { Button, buttonClass } from '../ui/button.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { StatusBadge } from '../ui/status.tsx';
import { visible } from '../ui/visible.ts';
import { RunPicker } from './picker.tsx';
import { useComparedRun } from './queries.ts';

/** One of the two runs, or the choice of it. */
export function Side(props: { name: 'a' | 'b'; id: string | undefined; onChoose: (id: string | undefined) => void }) {
  const { id, name, onChoose } = props;
  const { t } = useTranslation();
  const title = t(`compare.run.${name}`);
  return (
    <section aria-label={title} className="flex min-w-0 flex-col gap-3 rounded-xl border border-line bg-surface p-4">
      <h2 className="text-lg font-semibold">{title}</h2>
      {id === undefined ? (
        <RunPicker label={title} onChoose={onChoose} />
      ) : (
        <Chosen id={id} onOther={() => onChoose(undefined)} name={title} />
      )}
    </section>
  );
}

function Chosen({ id, name, onOther }: { id: string; name: string; onOther: () => void }) {
  const { t } = useTranslation();
  const { data, error, refetch } = useComparedRun(id);
  return (
    <>
      {error && !data && <Problem error={error} onRetry={() => void refetch()} />}
      {!error && !data && <Loading />}
      {data && (
        <div className="min-w-0">
          <p dir="auto" className="font-medium break-words">
            {visible(titleOf(data))}
          </p>
          <p className="mt-1 flex flex-wrap items-center gap-2">
            <StatusBadge status={data.status} />
            <span className="font-mono text-xs break-all text-soft">{id}</span>
          </p>
        </div>
      )}
      <div className="flex flex-wrap gap-2">
        {data && (
          <Link to="/runs/$id" params={{ id }} className={buttonClass('plain', true)}>
            {t('compare.open')}
            <span className="sr-only"> {name}</span>
          </Link>
        )}
        <Button small onClick={onOther}>
          {t('compare.other')}
          <span className="sr-only"> ({name})</span>
        </Button>
      </div>
    </>
  );
}
