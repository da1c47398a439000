import { useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

import { api, ask } from '../api/client.ts';
import { useMay } from '../app/access.ts';
import { useFormat } from '../i18n/format.ts';
import { Badge } from '../ui/badge.tsx';
import { Button } from '../ui/button.tsx';
import { Confirm } from '../ui/confirm.tsx';
import { Table } from '../ui/table.tsx';
import { useToast } from '../ui/toast.tsx';
import { visible } from '../ui/visible.ts';
import { type Relation, refreshMemory, type Viewer, whose } from './queries.ts';
import type { Subgraph } from './subgraph.ts';

/** The graph as a table: the same as its picture, for all who read rather than look. */
export function RelationTable(props: {
  data: Subgraph;
  caption: string;
  viewer: Viewer;
  onOpen: (id: string) => void;
}) {
  const { caption, data, onOpen, viewer } = props;
  const { t } = useTranslation();
  const format = useFormat();
  const mayWrite = useMay('runs:write');
  const [removing, setRemoving] = useState<Relation>();
  const names = new Map(data.entities.map(({ id, name }) => [id, visible(name)]));
  const nameOf = (id: string) => names.get(id) ?? id;
  const sayOf = ({ object, predicate, subject }: Relation) =>
    `${nameOf(subject)} ${visible(predicate)} ${nameOf(object)}`;
  const columns = ['subject', 'predicate', 'object', 'valid', 'confidence', 'memories'] as const;
  const head = [
    ...columns.map((name) => t(`memory.graph.${name}`)),
    ...(mayWrite ? [t('memory.documents.actions')] : []),
  ];
  const entity = (id: string) => (
    <Button small look="quiet" className="text-start break-all" onClick={() => onOpen(id)}>
      {nameOf(id)}
    </Button>
  );
  return (
    <>
      <Table caption={caption} head={head}>
        {data.relations.map((relation) => (
          <tr key={relation.id}>
            <td className="min-w-32">{entity(relation.subject)}</td>
            <td className="min-w-32 break-words">
              {visible(relation.predicate)}{' '}
              {relation.contradicts.length > 0 && <Badge tone="bad">{t('memory.graph.contradicts')}</Badge>}
            </td>
            <td className="min-w-32">{entity(relation.object)}</td>
            <td>
              {relation.valid_from !== null && (
                <p>{t('memory.graph.from', { at: format.time(relation.valid_from) })}</p>
              )}
              {relation.valid_until !== null && (
                <p>{t('memory.graph.until', { at: format.time(relation.valid_until) })}</p>
              )}
              {relation.valid_from === null && relation.valid_until === null && t('memory.graph.always')}
            </td>
            <td className="tabular-nums">{format.percent(relation.confidence)}</td>
            <td>
              <span className="flex flex-wrap gap-2">
                {relation.memory_ids.map((id, index) => (
                  <Link key={id} to="/memory/$id" params={{ id }} search={viewer}>
                    {t('memory.graph.memory', { n: index + 1 })}
                  </Link>
                ))}
              </span>
            </td>
            {mayWrite && (
              <td>
                <Button
                  small
                  look="danger"
                  aria-label={`${t('memory.graph.remove')}: ${sayOf(relation)}`}
                  onClick={() => setRemoving(relation)}
                >
                  {t('memory.graph.remove')}
                </Button>
              </td>
            )}
          </tr>
        ))}
      </Table>
      {removing && (
        <Remove relation={removing} viewer={viewer} onClose={() => setRemoving(undefined)}>
          {sayOf(removing)}
        </Remove>
      )}
    </>
  );
}

function Remove(props: { relation: Relation; viewer: Viewer; onClose: () => void; children: string }) {
  const { children, onClose, relation, viewer } = props;
  const { t } = useTranslation();
  const queries = useQueryClient();
  const toast = useToast();
  return (
    <Confirm
      title={t('memory.graph.remove')}
      confirm={t('memory.graph.remove')}
      onClose={onClose}
      act={async () => {
        const params = { path: { id: relation.id }, query: whose(viewer) };
        await ask(api.DELETE('/api/v1/memory/relations/{id}', { params }));
        await refreshMemory(queries);
        toast(t('memory.graph.removed'));
      }}
    >
      {children}
    </Confirm>
  );
}
