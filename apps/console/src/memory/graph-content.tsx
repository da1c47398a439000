import { memo } from 'react';
import { useTranslation } from 'react-i18next';

import { visible } from '../ui/visible.ts';
import { asideOf, type Point } from './layout.ts';
import type { Relation } from './queries.ts';
import { lanesOf, type Subgraph } from './subgraph.ts';

/** With more entities than this only those with many relations are named until one comes closer. */
const MOST_NAMES = 40;
/** More entities than this are drawn small until one comes closer. */
const CROWD = 150;
const MOST_PREDICATES = 60;
/** How far apart the middles of several relations of the same two entities are, pixels. */
const LANE = 14;
const NAME_CHARS = 24;

/** The entities and relations themselves, around 0. */
export const GraphContent = memo(function GraphContent(props: {
  data: Subgraph;
  points: readonly Point[];
  /** Pixels a unit of the layout. */
  scale: number;
  /** How many times larger than when all of it is seen. */
  near: number;
  current: number;
  marked: ReadonlySet<string>;
  focused: string | undefined;
  nodes: Map<number, SVGGElement>;
  onFocus: (index: number) => void;
  onOpen: (id: string) => void;
}) {
  const { current, data, focused, marked, near, nodes, onFocus, onOpen, points, scale } = props;
  const { t } = useTranslation();
  const placed = points.map(({ x, y }) => ({ x: x * scale, y: y * scale }));
  const numbers = new Map(data.entities.map(({ id }, index) => [id, index]));
  const most = near > 2 ? data.entities.length : MOST_NAMES;
  const byDegree = data.entities.toSorted((a, b) => b.degree - a.degree);
  const named = new Set(byDegree.slice(0, most).map(({ id }) => id));
  const withPredicates = data.relations.length <= MOST_PREDICATES || near > 3;
  const lanes = lanesOf(data.relations);
  const size = data.entities.length > CROWD && near < 2 ? 0.5 : 1;
  return (
    <>
      {data.relations.map((relation) => {
        const [a, b] = [placed[numbers.get(relation.subject) ?? -1], placed[numbers.get(relation.object) ?? -1]];
        return (
          a &&
          b && (
            <Line
              key={relation.id}
              relation={relation}
              lane={lanes.get(relation.id) ?? 0}
              a={a}
              b={b}
              marked={marked.has(relation.id)}
              named={withPredicates}
            />
          )
        );
      })}
      {data.entities.map((entity, index) => {
        const { x, y } = placed[index] ?? { x: 0, y: 0 };
        const isMarked = marked.has(entity.id) || entity.id === focused;
        const name = visible(entity.name);
        return (
          // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- SVG has no button.
          <g
            key={entity.id}
            ref={(element) => {
              if (element) nodes.set(index, element);
              else nodes.delete(index);
            }}
            role="button"
            tabIndex={index === current ? 0 : -1}
            aria-label={t('memory.graph.entity', { name, count: entity.degree })}
            transform={`translate(${x.toFixed(1)} ${y.toFixed(1)})`}
            className="group cursor-pointer outline-none"
            onFocus={() => onFocus(index)}
            onClick={() => onOpen(entity.id)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' && event.key !== ' ') return;
              event.preventDefault();
              onOpen(entity.id);
            }}
          >
            <title>{entity.type === null ? name : `${name} (${visible(entity.type)})`}</title>
            <circle r="12" className="fill-transparent stroke-transparent stroke-3 group-focus-visible:stroke-accent" />
            <circle
              r={size * (5 + Math.min(6, Math.sqrt(entity.degree)))}
              className={`stroke-surface ${isMarked ? 'fill-model' : 'fill-accent'}`}
            />
            <text
              y={-14}
              textAnchor="middle"
              className={`fill-text stroke-surface stroke-3 [paint-order:stroke] ${named.has(entity.id) || isMarked ? '' : 'opacity-0 group-hover:opacity-100 group-focus:opacity-100'}`}
            >
              {name.length > NAME_CHARS ? `${name.slice(0, NAME_CHARS)}…` : name}
            </text>
          </g>
        );
      })}
    </>
  );
});

/** A relation; what contradicts another is dashed. */
function Line(props: { relation: Relation; a: Point; b: Point; marked: boolean; named: boolean; lane: number }) {
  const { a, b, lane, marked, named, relation } = props;
  const aside = asideOf(a, b, lane * LANE);
  const isContradicting = relation.contradicts.length > 0;
  const colour = isContradicting ? 'stroke-bad' : marked ? 'stroke-model' : 'stroke-field';
  return (
    <g aria-hidden="true">
      <path
        d={`M${a.x} ${a.y} Q${(a.x + b.x) / 2 + 2 * aside.x} ${(a.y + b.y) / 2 + 2 * aside.y} ${b.x} ${b.y}`}
        fill="none"
        strokeWidth={marked ? 3 : 1.2}
        strokeDasharray={isContradicting ? '5 4' : undefined}
        className={colour}
      >
        <title>{visible(relation.predicate)}</title>
      </path>
      {named && (
        <text
          x={(a.x + b.x) / 2 + aside.x}
          y={(a.y + b.y) / 2 + aside.y + 3}
          textAnchor="middle"
          className="fill-soft stroke-surface stroke-3 [paint-order:stroke]"
        >
          {visible(relation.predicate).slice(0, NAME_CHARS)}
        </text>
      )}
    </g>
  );
}
