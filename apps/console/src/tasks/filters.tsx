import { useTranslation } from 'react-i18next';

import type { TaskSearch } from '../app/router.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { useSettled } from '../ui/use-settled.ts';

/** What a list can be narrowed down to. */
const STATUSES = ['queued', 'running', 'waiting', 'held', 'succeeded', 'failed', 'canceled'] as const;

/** What the list is narrowed down to. It stands in the address: a filtered list can be kept and sent. */
export function Filters(props: {
  search: TaskSearch;
  agents: readonly string[];
  onChange: (change: { [Key in keyof TaskSearch]: TaskSearch[Key] }) => void;
}) {
  const { agents, onChange, search } = props;
  const { t } = useTranslation();
  const [words, setWords] = useSettled(search.search ?? '', (typed) => onChange({ search: typed }));
  const [tag, setTag] = useSettled(search.tag ?? '', (typed) => onChange({ tag: typed }));
  return (
    <search className="grid grid-cols-1 gap-3 sm:grid-cols-2 lg:grid-cols-4">
      <TextField
        type="search"
        label={t('tasks.search')}
        value={words}
        onChange={(event) => setWords(event.target.value)}
      />
      <SelectField
        label={t('tasks.status')}
        value={search.status ?? ''}
        onChange={(event) => onChange({ status: event.target.value })}
      >
        <option value="">{t('tasks.any')}</option>
        {STATUSES.map((status) => (
          <option key={status} value={status}>
            {t(`status.${status}`)}
          </option>
        ))}
      </SelectField>
      <SelectField
        label={t('tasks.who')}
        value={search.agent ?? ''}
        onChange={(event) => onChange({ agent: event.target.value })}
      >
        <option value="">{t('tasks.any')}</option>
        {agents.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </SelectField>
      <TextField label={t('tasks.tag')} value={tag} onChange={(event) => setTag(event.target.value)} />
    </search>
  );
}
