import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import type { TaskSearch } from '../app/router.tsx';
import { SelectField, TextField } from '../ui/field.tsx';

/** Typing is over after so many milliseconds. */
const SETTLE_MS = 300;
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

/**
 * A field whose text is sent once typing is over, and which follows `value` when that changes for another reason (a
 * link that clears all filters, the browser's back): what was typed before must not come back then.
 */
function useSettled(value: string, send: (typed: string) => void): [string, (typed: string) => void] {
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  const sending = useRef(send);
  sending.current = send;
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value);
  }, [value]);
  useEffect(() => {
    if (typed === sent.current) return undefined;
    const timer = setTimeout(() => {
      sent.current = typed;
      sending.current(typed);
    }, SETTLE_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return [typed, setTyped];
}
