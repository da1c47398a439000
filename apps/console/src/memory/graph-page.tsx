import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { Link, useNavigate, useRouterState } from '@tanstack/react-router';
import { useCallback, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { useMay } from '../app/access.ts';
import type { MemorySearch } from '../app/router.tsx';
import { buttonClass } from '../ui/button.tsx';
import { Empty } from '../ui/empty.tsx';
import { SelectField, TextField } from '../ui/field.tsx';
import { Loading } from '../ui/loading.tsx';
import { Problem } from '../ui/problem.tsx';
import { Tabs } from '../ui/tabs.tsx';
import { visible } from '../ui/visible.ts';
import { dayAfter, startOf } from './days.ts';
import { EntityPicker } from './entity-picker.tsx';
import { changed, Check } from './filters.tsx';
import { Frame } from './frame.tsx';
import { PathFinder } from './path-finder.tsx';
import { Picture } from './picture.tsx';
import { viewerOf, whose } from './queries.ts';
import { RelationTable } from './relation-table.tsx';
import { joined, narrowed, type Subgraph } from './subgraph.ts';

const MOST = 500;
const NOTHING: Subgraph = { entities: [], relations: [] };
const VIEWS = ['asPicture', 'asList'] as const;
const DEPTHS = [1, 2, 3] as const;

/** Entities of memories and how they are related, as a picture and as a list. */
export function GraphPage() {
  const { t } = useTranslation();
  const navigate = useNavigate();
  const isAdmin = useMay('admin:read');
  const search = useRouterState({ select: (state) => state.location.search as MemorySearch });
  const [view, setView] = useState<(typeof VIEWS)[number]>('asPicture');
  const [depth, setDepth] = useState(1);
  const [day, setDay] = useState('');
  const [type, setType] = useState('');
  const [predicate, setPredicate] = useState('');
  const [path, setPath] = useState(NOTHING);
  const { entity } = search;
  const viewer = viewerOf(search);
  const graph = useQuery({
    queryKey: ['memory', 'graph', viewer, entity, depth, day],
    placeholderData: keepPreviousData,
    queryFn: () => {
      const query = {
        ...whose(viewer),
        ...(entity === undefined ? {} : { entity }),
        // What holds at the end of a day holds on it.
        ...(day === '' ? {} : { at: new Date(Date.parse(startOf(dayAfter(day))) - 1).toISOString() }),
        depth,
        limit: MOST,
      };
      return ask(api.GET('/api/v1/memory/graph', { params: { query } }));
    },
  });
  const all = graph.data ?? NOTHING;
  const shown = useMemo(() => joined(narrowed(all, { type, predicate }), path), [all, path, predicate, type]);
  const marked = useMemo(() => new Set([...path.entities, ...path.relations].map(({ id }) => id)), [path]);
  const open = useCallback(
    (id: string) => void navigate({ to: '/memory/graph', search: changed(search, { entity: id }) }),
    [navigate, search],
  );
  const focused = all.entities.find(({ id }) => id === entity);
  const contradictions = shown.relations.filter(({ contradicts }) => contradicts.length > 0).length;
  return (
    <Frame title={t('memory.places.graph')} lead={t('memory.graph.lead')}>
      <search className="flex flex-wrap items-start gap-3">
        <div className="w-full sm:w-56">
          <EntityPicker label={t('memory.graph.find')} viewer={viewer} onChoose={({ id }) => open(id)} />
        </div>
        <div className="w-28">
          <SelectField
            label={t('memory.graph.depth')}
            disabled={entity === undefined}
            value={depth}
            onChange={({ target }) => setDepth(Number(target.value))}
          >
            {DEPTHS.map((steps) => (
              <option key={steps}>{steps}</option>
            ))}
          </SelectField>
        </div>
        <Among
          label={t('memory.graph.type')}
          values={all.entities.map((one) => one.type ?? '')}
          value={type}
          onChange={setType}
        />
        <Among
          label={t('memory.graph.predicate')}
          values={all.relations.map((one) => one.predicate)}
          value={predicate}
          onChange={setPredicate}
        />
        <div className="w-40">
          <TextField
            type="date"
            label={t('memory.graph.at')}
            value={day}
            onChange={({ target }) => setDay(target.value)}
          />
        </div>
        {isAdmin && (
          <div className="sm:pt-6">
            <Check
              label={t('memory.filter.everybody')}
              checked={search.all === true}
              onChange={(everybody) =>
                void navigate({ to: '/memory/graph', search: changed(search, { all: everybody && true }) })
              }
            />
          </div>
        )}
      </search>
      {entity !== undefined && (
        <div className="flex flex-wrap items-center gap-3">
          <Link
            to="/memory/graph"
            search={changed(search, { entity: undefined })}
            className={buttonClass('plain', true)}
          >
            {t('memory.graph.all')}
          </Link>
          {focused && <h2 className="font-semibold break-all">{visible(focused.name)}</h2>}
          {focused && focused.aliases.length > 0 && (
            <p className="text-soft">{t('memory.graph.aliases', { names: visible(focused.aliases.join(', ')) })}</p>
          )}
        </div>
      )}
      {graph.error && <Problem error={graph.error} onRetry={() => void graph.refetch()} />}
      {graph.isPending && !graph.error && <Loading />}
      {graph.data?.truncated && <p className="text-warn">{t('memory.graph.truncated')}</p>}
      {contradictions > 0 && <p className="text-bad">{t('memory.graph.contradictions', { count: contradictions })}</p>}
      {graph.data && shown.entities.length === 0 && (
        <Empty title={t('memory.graph.nothing')}>
          <p>{t('memory.graph.nothingLead')}</p>
        </Empty>
      )}
      {shown.entities.length > 0 && (
        <Tabs
          label={t('memory.graph.view')}
          tabs={VIEWS.map((name) => ({ name, label: t(`memory.graph.${name}`) }))}
          value={view}
          onChange={setView}
        >
          {view === 'asPicture' ? (
            <Picture key={entity} data={shown} marked={marked} focused={entity} onOpen={open} />
          ) : (
            <RelationTable data={shown} caption={t('memory.places.graph')} viewer={viewer} onOpen={open} />
          )}
        </Tabs>
      )}
      <PathFinder viewer={viewer} onFound={setPath} />
    </Frame>
  );
}

/** One of the values that occur, or any. */
function Among(props: { label: string; values: readonly string[]; value: string; onChange: (value: string) => void }) {
  const { label, onChange, value, values } = props;
  const { t } = useTranslation();
  const known = [...new Set([...values, value])].filter((one) => one !== '').toSorted((a, b) => a.localeCompare(b));
  return (
    <div className="w-36">
      <SelectField label={label} value={value} onChange={({ target }) => onChange(target.value)}>
        <option value="">{t('memory.filter.any')}</option>
        {known.map((one) => (
          <option key={one} value={one}>
            {visible(one)}
          </option>
        ))}
      </SelectField>
    </div>
  );
}
