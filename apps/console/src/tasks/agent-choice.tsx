import { useTranslation } from 'react-i18next';

import type { Schema } from '../api/client.ts';
import { Badge } from '../ui/badge.tsx';

/** An agent or playbook as the API lists it. */
export type Agent = Schema<'Agent'>;

/** Who can do it: agents, and playbooks, which need no model. One that cannot run now says why, and what to do. */
export function AgentChoice(props: { agents: readonly Agent[]; chosen: string; onChoose: (name: string) => void }) {
  const { agents, chosen, onChoose } = props;
  const { i18n, t } = useTranslation();
  const missing = agents.some(({ playbook, unavailable }) => !playbook && unavailable !== null);
  const sorted = [...agents].sort((a, b) => Number(a.unavailable !== null) - Number(b.unavailable !== null));
  return (
    <fieldset className="flex min-w-0 flex-col gap-2">
      <legend className="mb-2 text-lg font-semibold">{t('tasks.whoDoes')}</legend>
      {missing && <p className="text-sm text-soft">{t('tasks.noModel')}</p>}
      {sorted.map(({ description, description_zh: chinese, name, playbook, unavailable }) => (
        <label
          key={name}
          className="flex gap-3 rounded-lg border border-line bg-surface p-3 has-checked:border-accent has-checked:bg-accent-soft"
        >
          <input
            type="radio"
            name="agent"
            value={name}
            checked={name === chosen}
            disabled={unavailable !== null}
            onChange={() => onChoose(name)}
            className="mt-1 size-4"
          />
          <span className="min-w-0">
            <span className="flex flex-wrap items-center gap-2 font-medium">
              {name}{' '}
              <Badge tone={playbook ? 'accent' : 'neutral'}>{t(playbook ? 'tasks.playbook' : 'tasks.agent')}</Badge>
            </span>
            <span className="block text-sm text-soft">
              {i18n.language === 'zh' && chinese !== '' ? chinese : description}
            </span>
            {unavailable !== null && (
              <span className="mt-1 block text-sm break-words text-warn">
                <strong>{t('tasks.unavailable')}</strong> {unavailable}
              </span>
            )}
          </span>
        </label>
      ))}
    </fieldset>
  );
}
