import { useTranslation } from 'react-i18next';

import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { visible } from '../ui/visible.ts';
import type { Memory } from './queries.ts';

/** In short what a memory is: kind, state where it is not recalled, whether it is pinned, how well it is kept, whose it is. */
export function MemoryBadges({ memory }: { memory: Memory }) {
  const { t } = useTranslation();
  const format = useFormat();
  const { agent, kind, pinned, retention, state, user } = memory;
  return (
    <span className="flex flex-wrap items-center gap-1.5">
      <Badge tone="accent">{t(`memory.kinds.${kind}`)}</Badge>
      {state !== 'active' && <Badge tone="warn">{t(`memory.states.${state}`)}</Badge>}
      {pinned && <Badge tone="ok">{t('memory.pinned')}</Badge>}
      <Badge>{t('memory.retention', { value: format.percent(retention) })}</Badge>
      <Badge tone={memory.trust === 'outside' ? 'warn' : 'neutral'}>{t(`memory.trust.${memory.trust}`)}</Badge>
      <span className="text-xs break-all text-soft">
        {user === null ? t('memory.owner.everyone') : t('memory.owner.user', { user: visible(user) })}
        {agent !== null && ` · ${t('memory.owner.agent', { agent: visible(agent) })}`}
      </span>
    </span>
  );
}
