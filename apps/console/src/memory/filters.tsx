import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTranslation } from 'react-i18next';

import { agentsQuery } from '../api/queries.ts';
import { useMay } from '../app/access.ts';
import type { MemorySearch } from '../app/router.tsx';
import { buttonClass } from '../ui/button.tsx';
import { SelectField, TextField } from '../ui/field.tsx';

const KINDS = ['fact', 'experience', 'turn', 'chunk', 'summary'] as const;

/** What the address says after a change; what is empty is left out of it. */
export type MemoryChange = { readonly [Key in keyof MemorySearch]?: MemorySearch[Key] | '' | false | undefined };

/** The address with a change. */
export function changed(search: MemorySearch, change: MemoryChange): MemorySearch {
  const all = Object.entries({ ...search, ...change });
  return Object.fromEntries(all.filter(([, value]) => value !== undefined && value !== '' && value !== false));
}

/** What memories are narrowed down to: kind, time, agent, pinned ones; admins see those of everybody if they wish. */
export function MemoryFilters(props: {
  to: '/memory' | '/memory/timeline';
  search: MemorySearch;
  onChange: (change: MemoryChange) => void;
}) {
  const { onChange, search, to } = props;
  const { t } = useTranslation();
  const isAdmin = useMay('admin:read');
  const { data: agents = [] } = useQuery(agentsQuery);
  const narrowed = Object.keys(search).some((key) => !['q', 'state', 'order'].includes(key));
  return (
    <div className="flex flex-wrap items-end gap-3">
      <div className="w-36">
        <SelectField
          label={t('memory.filter.kind')}
          value={search.kind ?? ''}
          onChange={({ target }) => onChange({ kind: KINDS.find((kind) => kind === target.value) })}
        >
          <option value="">{t('memory.filter.any')}</option>
          {KINDS.map((kind) => (
            <option key={kind} value={kind}>
              {t(`memory.kinds.${kind}`)}
            </option>
          ))}
        </SelectField>
      </div>
      {(['since', 'until'] as const).map((name) => (
        <div key={name} className="w-40">
          <TextField
            type="date"
            label={t(`memory.filter.${name}`)}
            value={search[name] ?? ''}
            onChange={({ target }) => onChange({ [name]: target.value })}
          />
        </div>
      ))}
      <div className="w-44">
        <SelectField
          label={t('memory.filter.agent')}
          value={search.agent ?? ''}
          onChange={({ target }) => onChange({ agent: target.value })}
        >
          <option value="">{t('memory.filter.noAgent')}</option>
          {agents.map(({ name }) => (
            <option key={name} value={name}>
              {name}
            </option>
          ))}
        </SelectField>
      </div>
      <Check
        label={t('memory.filter.pinned')}
        checked={search.pinned === true}
        onChange={(pinned) => onChange({ pinned: pinned && true })}
      />
      {isAdmin && (
        <Check
          label={t('memory.filter.everybody')}
          checked={search.all === true}
          onChange={(all) => onChange({ all: all && true })}
        />
      )}
      {narrowed && (
        <Link to={to} search={search.q === undefined ? {} : { q: search.q }} className={buttonClass('quiet')}>
          {t('memory.filter.clear')}
        </Link>
      )}
    </div>
  );
}

/** Yes or no, with its label. */
export function Check(props: { label: string; checked: boolean; onChange: (checked: boolean) => void }) {
  const { checked, label, onChange } = props;
  return (
    <label className="flex min-h-10 items-center gap-2">
      <input type="checkbox" className="size-5" checked={checked} onChange={({ target }) => onChange(target.checked)} />
      {label}
    </label>
  );
}
