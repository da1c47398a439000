import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { Button } from '../ui/button.tsx';
import { Problem } from '../ui/problem.tsx';
import { visible } from '../ui/visible.ts';
import { EntityPicker } from './entity-picker.tsx';
import { type Viewer, whose } from './queries.ts';
import type { Subgraph } from './subgraph.ts';

/** Finds how two entities are connected, and says it step by step. */
export function PathFinder({ onFound, viewer }: { viewer: Viewer; onFound: (path: Subgraph) => void }) {
  const { t } = useTranslation();
  const [from, setFrom] = useState<string>();
  const [to, setTo] = useState<string>();
  const finding = useMutation({
    mutationFn: (ends: { from: string; to: string }) =>
      ask(api.GET('/api/v1/memory/path', { params: { query: { ...whose(viewer), ...ends } } })),
    onSuccess: onFound,
  });
  const names = new Map(finding.data?.entities.map(({ id, name }) => [id, visible(name)]));
  return (
    <section aria-label={t('memory.graph.path')} className="rounded-xl border border-line bg-surface p-4">
      <h2 className="mb-2 font-semibold">{t('memory.graph.path')}</h2>
      <form
        className="grid items-start gap-3 sm:grid-cols-[1fr_1fr_auto]"
        onSubmit={(event) => {
          event.preventDefault();
          if (from !== undefined && to !== undefined) finding.mutate({ from, to });
        }}
      >
        <EntityPicker label={t('memory.graph.pathFrom')} viewer={viewer} onChoose={({ id }) => setFrom(id)} />
        <EntityPicker label={t('memory.graph.pathTo')} viewer={viewer} onChoose={({ id }) => setTo(id)} />
        <Button
          type="submit"
          className="sm:mt-6"
          disabled={from === undefined || to === undefined || finding.isPending}
        >
          {t('memory.graph.go')}
        </Button>
      </form>
      {finding.error && <Problem error={finding.error} />}
      <div role="status">
        {finding.data?.relations.length === 0 && <p>{t('memory.graph.noPath')}</p>}
        {finding.data && finding.data.relations.length > 0 && (
          <ol aria-label={t('memory.graph.pathList')} className="list-decimal ps-6">
            {finding.data.relations.map(({ id, object, predicate, subject }) => (
              <li key={id} className="break-words">
                {names.get(subject) ?? subject} <em>{visible(predicate)}</em> {names.get(object) ?? object}
              </li>
            ))}
          </ol>
        )}
      </div>
    </section>
  );
}
