import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { TextField } from '../ui/field.tsx';
import { Problem } from '../ui/problem.tsx';
import { useSettled } from '../ui/use-settled.ts';
import { visible } from '../ui/visible.ts';
import { type Entity, type Viewer, whose } from './queries.ts';

const MOST = 8;

/** Finds an entity by part of its name or of an alias, and gives the one that is chosen. */
export function EntityPicker(props: { label: string; viewer: Viewer; onChoose: (entity: Entity) => void }) {
  const { label, onChoose, viewer } = props;
  const { t } = useTranslation();
  const [query, setQuery] = useState('');
  const [typed, setTyped] = useSettled(query, setQuery);
  const [chosen, setChosen] = useState<Entity>();
  const found = useQuery({
    queryKey: ['memory', 'entities', query, viewer],
    enabled: query !== '',
    placeholderData: keepPreviousData,
    queryFn: async () => {
      const params = { query: { ...whose(viewer), query, limit: MOST } };
      return (await ask(api.GET('/api/v1/memory/entities', { params }))).entities;
    },
  });
  const choose = (entity: Entity) => {
    setChosen(entity);
    setTyped('');
    onChoose(entity);
  };
  return (
    <div className="flex min-w-0 flex-col gap-1">
      <TextField
        type="search"
        label={label}
        autoComplete="off"
        maxLength={500}
        value={typed}
        onChange={({ target }) => setTyped(target.value)}
        onKeyDown={(event) => {
          const [first] = found.data ?? [];
          if (event.key !== 'Enter' || query === '' || !first) return;
          event.preventDefault();
          choose(first);
        }}
      />
      {found.error && <Problem error={found.error} />}
      {query !== '' && typed !== '' && found.data && (
        <ul aria-label={label} className="flex flex-wrap gap-1">
          {found.data.map((entity) => (
            <li key={entity.id}>
              <Button
                small
                aria-label={t('memory.graph.choose', { name: visible(entity.name) })}
                onClick={() => choose(entity)}
              >
                {visible(entity.name)}{' '}
                {entity.type !== null && <span className="text-soft">{visible(entity.type)}</span>}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <p role="status" className="text-sm break-all text-soft">
        {query !== '' && typed !== '' && found.data?.length === 0
          ? t('memory.search.nothing')
          : chosen && t('memory.graph.chosen', { name: visible(chosen.name) })}
      </p>
    </div>
  );
}
