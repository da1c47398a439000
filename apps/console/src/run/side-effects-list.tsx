import { useTranslation } from 'react-i18next';

import type { Action } from '../api/client.ts';
import { visible } from '../ui/visible.ts';

/** Calls that would be made again, each with what it did. */
export function SideEffects({ effects }: { effects: readonly Action[] }) {
  const { t } = useTranslation();
  if (effects.length === 0) return <p className="text-sm text-ok">{t('run.fork.noEffects')}</p>;
  return (
    <section aria-label={t('run.fork.effectsLabel')} className="rounded-md border border-warn bg-warn-soft p-3">
      <h3 className="font-medium text-warn">{t('run.fork.effects', { count: effects.length })}</h3>
      {/* oxlint-disable jsx-a11y/no-noninteractive-tabindex -- what scrolls must be reachable by keyboard. */}
      <ul
        tabIndex={0}
        aria-label={t('run.fork.effectsLabel')}
        className="mt-1 flex max-h-48 flex-col gap-1 overflow-y-auto text-sm"
      >
        {effects.map(({ arguments: given, effect, id, name }) => (
          <li key={id} className="break-all">
            <span className="font-mono">{id}</span> <strong>{name}</strong> ({t(`run.effect.${effect ?? 'write'}`)}){' '}
            <code className="text-xs">{visible(JSON.stringify(given ?? {}).slice(0, 300))}</code>
          </li>
        ))}
      </ul>
    </section>
  );
}
