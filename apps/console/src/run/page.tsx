import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { ApiError } from '../api/error.ts';
import { runQuery } from '../api/queries.ts';
import { startWorker } from '../markdown/worker-client.ts';
import { Loading } from '../ui/loading.tsx';
import { Page } from '../ui/page.tsx';
import { Problem } from '../ui/problem.tsx';
import { Announcer } from './announcer.tsx';
import { ConnectionNotice } from './connection.tsx';
import { Header } from './header.tsx';
import { Panels } from './panels.tsx';
import { Questions } from './questions.tsx';
import { Scrubber } from './scrubber.tsx';
import { Stats } from './stats.tsx';
import { titleOf } from './title.ts';
import { useRun } from './use-run.ts';

/** One run, live and afterwards the same: watch it, steer it, understand it. */
export function RunPage() {
  const { id } = useParams({ from: '/runs/$id' });
  return <RunView key={id} id={id} />;
}

function RunView({ id }: { id: string }) {
  const { t } = useTranslation();
  const { store } = useRun(id);
  const { data: run, error, refetch } = useQuery(runQuery(id));
  const [seq, setSeq] = useState<number>();
  const [chosen, setChosen] = useState('');
  const live = store.log;
  const log = seq === undefined ? live : store.at(seq);
  useEffect(startWorker, []);
  // A link in a report leads to the action that a statement came from.
  useEffect(() => {
    const look = () => {
      const named = /^#action-(.+)$/.exec(window.location.hash)?.[1];
      if (named !== undefined) setChosen(decodeURIComponent(named));
    };
    look();
    window.addEventListener('hashchange', look);
    return () => window.removeEventListener('hashchange', look);
  }, []);
  if (!run) {
    const missing = error instanceof ApiError && error.status === 404;
    return (
      <Page title={t(missing ? 'run.missing' : 'run.title')}>
        {error ? <Problem error={error} onRetry={() => void refetch()} /> : <Loading />}
      </Page>
    );
  }
  return (
    <Page title={titleOf(run)} heading={<span className="line-clamp-2 break-words">{titleOf(run)}</span>}>
      <div className="*:not-empty:mb-4">
        <Header run={run} live={live} seq={seq} />
        <ConnectionNotice connection={store.connection} />
        <Questions run={run} live={live} />
        <Stats run={run} log={log} />
        <Scrubber live={live} seq={seq} onSeq={setSeq} />
        <Panels run={run} log={log} version={log.version} seq={seq} chosen={chosen} onChoose={setChosen} />
      </div>
      <Announcer log={live} version={live.version} />
    </Page>
  );
}
