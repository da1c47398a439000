import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { meQuery } from '../../api/queries.ts';
import { useMay } from '../../app/access.ts';
import { useFormat } from '../../i18n/format.ts';
import { Button } from '../../ui/button.tsx';
import { Loading } from '../../ui/loading.tsx';
import { Problem, useProblem } from '../../ui/problem.tsx';
import { useToast } from '../../ui/toast.tsx';
import { visible } from '../../ui/visible.ts';
import type { PanelProps } from '../panels.tsx';
import { Controls } from './controls.tsx';
import { type Browser, browserQuery, hand, sendInputs } from './queries.ts';
import { InputQueue } from './queue.ts';
import { Screen } from './screen.tsx';

/** The browser of a run: its live picture, who has it, and the way to take it over and to hand it back. */
export function BrowserPanel({ log, run }: PanelProps) {
  const { t } = useTranslation();
  const { data: browser, error, refetch } = useQuery(browserQuery(run.id));
  if (error) return <Problem error={error} onRetry={() => void refetch()} />;
  if (browser === undefined) return <Loading />;
  if (browser === null) {
    return <p className="py-4 text-soft">{t(log.endedAt === undefined ? 'browser.none' : 'browser.over')}</p>;
  }
  return <Open browser={browser} />;
}

function Open({ browser }: { browser: Browser }) {
  const { t } = useTranslation();
  const format = useFormat();
  const toast = useToast();
  const problem = useProblem();
  const { data: me } = useQuery(meQuery);
  const { opened_at: opened, reason, run_id: id, taken_over: taken } = browser;
  const isMine = taken !== null && taken.by === me?.subject;
  const [url, setUrl] = useState<string>();
  const [queue] = useState(
    () =>
      new InputQueue(
        (inputs) => sendInputs(id, inputs),
        (error) => toast(t('browser.failed', { why: problem(error) }), true),
      ),
  );
  const address = url ?? browser.url;
  return (
    <div className="flex flex-col gap-3">
      <Holder browser={browser} isMine={isMine} />
      <p className="text-sm">
        <span className="text-soft">{t('browser.address')}</span>{' '}
        <span className="font-mono break-all">{address === '' ? t('browser.noAddress') : visible(address)}</span>
      </p>
      <Screen runId={id} title={browser.title} queue={isMine ? queue : undefined} onUrl={setUrl} />
      {isMine && <Controls queue={queue} />}
      <dl className="grid grid-cols-[max-content_1fr] gap-x-4 gap-y-1 text-sm">
        <dt className="text-soft">{t('browser.engine')}</dt>
        <dd className="font-mono">{browser.engine}</dd>
        <dt className="text-soft">{t('browser.why')}</dt>
        <dd lang="en" className="break-words">
          {visible(reason)}
        </dd>
        <dt className="text-soft">{t('browser.opened')}</dt>
        <dd>{format.time(opened)}</dd>
      </dl>
    </div>
  );
}

/** Who has the browser, said aloud when it changes; and the button that changes it. */
function Holder({ browser, isMine }: { browser: Browser; isMine: boolean }) {
  const { t } = useTranslation();
  const format = useFormat();
  const queries = useQueryClient();
  const toast = useToast();
  const problem = useProblem();
  const maySteer = useMay('runs:write');
  const { run_id: id, taken_over: taken } = browser;
  const handing = useMutation({
    mutationFn: (to: 'person' | 'agent') => hand(id, to),
    onSuccess: (now, to) => {
      queries.setQueryData(browserQuery(id).queryKey, now);
      toast(t(to === 'person' ? 'browser.tookOver' : 'browser.handedBack'));
    },
    onError: (error) => toast(problem(error), true),
    onSettled: () => queries.invalidateQueries({ queryKey: browserQuery(id).queryKey }),
  });
  const time = taken && format.time(taken.at);
  return (
    <div
      className={`flex flex-wrap items-center gap-3 rounded-md border p-3 ${taken ? 'border-warn bg-warn-soft text-warn' : 'border-line bg-surface'}`}
    >
      <p role="status" className="grow">
        {!taken
          ? t('browser.agentHas')
          : isMine
            ? t('browser.youHave', { time })
            : t('browser.otherHas', { by: visible(taken.by), time })}
      </p>
      {maySteer ? (
        <Button
          look={taken && isMine ? 'primary' : 'plain'}
          disabled={handing.isPending}
          onClick={() => handing.mutate(taken ? 'agent' : 'person')}
        >
          {t(taken ? 'browser.handBack' : 'browser.takeOver')}
        </Button>
      ) : (
        <p className="text-sm">{t('browser.mayNot')}</p>
      )}
    </div>
  );
}
