import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import type { ActionItem } from './item.ts';

const EFFECTS = ['read', 'idempotent', 'write'] as const;
const SETTLEMENTS = ['rerun', 'reconciled', 'unknown', 'replayed'] as const;

/** Effect, attempts, how a crash was settled, time, tokens and cost of an action. */
export function ActionMeta({ item }: { item: ActionItem }) {
  const { t } = useTranslation();
  const format = useFormat();
  const effect = item.kind === 'tool' ? EFFECTS.find((one) => one === item.effect) : undefined;
  const settled = SETTLEMENTS.find((one) => one === item.settled);
  const { costUsd, inputTokens = 0, outputTokens = 0 } = item;
  return (
    <>
      {effect && (
        <Badge tone={effect === 'write' ? 'warn' : 'neutral'} title={t(`run.effectHelp.${effect}`)}>
          {t(`run.effect.${effect}`)}
        </Badge>
      )}
      {settled && (
        <Badge tone={settled === 'unknown' ? 'bad' : 'accent'} title={t(`run.settledHelp.${settled}`)}>
          {t(`run.settled.${settled}`)}
        </Badge>
      )}
      {item.attempt > 1 && <Badge tone="warn">{t('run.attempt', { count: item.attempt })}</Badge>}
      <span className="text-xs text-soft">
        <span className="font-mono">{item.id}</span>
        {item.kind === 'model' && ` · ${item.name}`}
        {item.endedAt !== undefined && ` · ${format.duration(item.endedAt - item.at)}`}
        {inputTokens + outputTokens > 0 &&
          ` · ${t('run.stat.inOut', { input: format.number(inputTokens), output: format.number(outputTokens) })} · ${format.cost(costUsd ?? null, false)}`}
      </span>
    </>
  );
}
