import { type ReactNode, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { Run } from '../api/client.ts';
import { useFormat } from '../i18n/format.ts';
import type { RunLog } from './log.ts';

/** Time, tokens and money so far, each beside its limit; and how safely it runs. */
export function Stats({ log, run }: { log: RunLog; run: Run }) {
  const { t } = useTranslation();
  const format = useFormat();
  const now = useNow(log.endedAt === undefined);
  const from = log.startedAt ?? log.createdAt;
  const tokens = log.tokens.input + log.tokens.output;
  const { limits } = run;
  const steps = [...log.actions.values()].filter(({ kind }) => kind === 'model').length;
  const cost = log.cost.unknown && log.cost.usd === 0 ? null : log.cost.usd;
  return (
    <dl className="grid grid-cols-2 gap-2 sm:grid-cols-3 xl:grid-cols-6">
      <Stat
        name={t('run.stat.time')}
        limit={limits.wall_ms}
        value={from === undefined ? 0 : (log.endedAt ?? now) - from}
      >
        {from === undefined ? '–' : format.duration((log.endedAt ?? now) - from)}
        {limits.wall_ms !== null && <Of>{format.duration(limits.wall_ms)}</Of>}
      </Stat>
      <Stat name={t('run.stat.steps')} limit={limits.steps} value={steps}>
        {format.number(steps)}
        {limits.steps !== null && <Of>{format.number(limits.steps)}</Of>}
      </Stat>
      <Stat name={t('run.stat.tokens')} limit={limits.tokens} value={tokens}>
        {t('run.stat.inOut', { input: format.number(log.tokens.input), output: format.number(log.tokens.output) })}
        {limits.tokens !== null && <Of>{format.number(limits.tokens)}</Of>}
      </Stat>
      <Stat name={t('run.stat.cost')} limit={limits.cost_usd} value={cost ?? 0}>
        {run.playbook ? t('run.stat.noCost') : format.cost(cost, log.cost.unknown)}
        {limits.cost_usd !== null && <Of>{format.cost(limits.cost_usd, false)}</Of>}
      </Stat>
      <Stat name={t('run.stat.recoveries')} limit={null} value={0}>
        {format.number(log.recoveries)}
      </Stat>
      <Stat name={t('run.stat.isolation')} limit={null} value={0}>
        {run.isolation || t('run.stat.noIsolation')}
      </Stat>
    </dl>
  );
}

function Of({ children }: { children: ReactNode }) {
  return <span className="text-soft"> / {children}</span>;
}

function Stat(props: { name: string; value: number; limit: number | null; children: ReactNode }) {
  const { children, limit, name, value } = props;
  const used = limit === null ? 0 : Math.min(1, value / limit);
  return (
    <div className="min-w-0 rounded-lg border border-line bg-surface px-3 py-2">
      <dt className="text-xs text-soft">{name}</dt>
      <dd className="text-sm font-medium break-words">{children}</dd>
      {limit !== null && (
        <dd className="mt-1" aria-hidden="true">
          <div className="h-1 rounded bg-raised">
            <div
              className={`h-1 rounded ${used > 0.8 ? 'bg-warn' : 'bg-accent'}`}
              style={{ width: `${used * 100}%` }}
            />
          </div>
        </dd>
      )}
    </div>
  );
}

function useNow(ticking: boolean): number {
  const [now, setNow] = useState(() => Date.now());
  useEffect(() => {
    if (!ticking) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [ticking]);
  return now;
}
