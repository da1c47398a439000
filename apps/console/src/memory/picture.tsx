import { type KeyboardEvent, type PointerEvent, useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { Button } from '../ui/button.tsx';
import { Loading } from '../ui/loading.tsx';
import { useWidth } from '../ui/use-width.ts';
import { computeLayout } from './compute-layout.ts';
import { GraphContent } from './graph-content.tsx';
import { type Direction, type Edge, nextIn, type Point } from './layout.ts';
import type { Subgraph } from './subgraph.ts';
import { centredOn, fitted, movedBy, type View, zoomedAt } from './view.ts';

const HEIGHT = 520;
const STEP = 60;
const ZOOM = 1.3;

/**
 * The graph as a picture: it is moved by dragging or Shift with the arrow keys, and zoomed by the wheel, plus and minus.
 * The arrow keys go from entity to entity.
 */
export function Picture(props: {
  data: Subgraph;
  marked: ReadonlySet<string>;
  focused: string | undefined;
  onOpen: (id: string) => void;
}) {
  const { data, focused, marked, onOpen } = props;
  const { t } = useTranslation();
  const [box, width] = useWidth<HTMLDivElement>();
  const { points, failed } = useLayout(data);
  const label = t('memory.graph.picture', { entities: data.entities.length, relations: data.relations.length });
  return (
    <div ref={box} className="rounded-xl border border-line bg-surface">
      {failed && (
        <p role="alert" className="p-3 text-bad">
          {failed.message}
        </p>
      )}
      {!points && !failed && (
        <div className="px-4">
          <Loading />
        </div>
      )}
      {points && width > 0 && (
        <Drawing
          data={data}
          points={points}
          width={width}
          label={label}
          marked={marked}
          focused={focused}
          onOpen={onOpen}
        />
      )}
    </div>
  );
}

/** The places of the entities; undefined while they are worked out. */
function useLayout(data: Subgraph): { points: readonly Point[] | undefined; failed: Error | undefined } {
  const [done, setDone] = useState<{ data: Subgraph; points?: Point[]; failed?: Error }>();
  useEffect(() => {
    let wanted = true;
    const tell = (result: { points?: Point[]; failed?: Error }) => {
      if (wanted) setDone({ data, ...result });
    };
    computeLayout(data.entities.length, edgesOf(data)).then(
      (points) => tell({ points }),
      (error: unknown) => tell({ failed: error instanceof Error ? error : new Error(String(error)) }),
    );
    return () => {
      wanted = false;
    };
  }, [data]);
  // Places of other entities than these would be wrong.
  return done?.data === data ? { points: done.points, failed: done.failed } : { points: undefined, failed: undefined };
}

function edgesOf({ entities, relations }: Subgraph): Edge[] {
  const numbers = new Map(entities.map(({ id }, index) => [id, index]));
  return relations.flatMap(({ object, subject }): Edge[] => {
    const [a, b] = [numbers.get(subject), numbers.get(object)];
    return a === undefined || b === undefined ? [] : [[a, b]];
  });
}

function Drawing(props: {
  data: Subgraph;
  points: readonly Point[];
  width: number;
  label: string;
  marked: ReadonlySet<string>;
  focused: string | undefined;
  onOpen: (id: string) => void;
}) {
  const { data, focused, label, marked, onOpen, points, width } = props;
  const { t } = useTranslation();
  const size = useMemo(() => ({ width, height: HEIGHT }), [width]);
  const whole = useMemo(() => fitted(points, size), [points, size]);
  const [moved, setView] = useState<View>();
  const view = moved ?? whole;
  const [current, setCurrent] = useState(0);
  const drag = useRef<{ x: number; y: number }>(undefined);
  const picture = useRef<SVGSVGElement>(null);
  const [nodes] = useState(() => new Map<number, SVGGElement>());
  useEffect(() => {
    // React listens to the wheel passively, and the page would scroll with the picture.
    const shown = picture.current;
    const onWheel = (event: WheelEvent) => {
      // Without a key the wheel scrolls the page, as everywhere.
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      const { left, top } = shown?.getBoundingClientRect() ?? { left: 0, top: 0 };
      const at = { x: event.clientX - left, y: event.clientY - top };
      setView((before) => zoomedAt(before ?? whole, event.deltaY < 0 ? ZOOM : 1 / ZOOM, at));
    };
    shown?.addEventListener('wheel', onWheel, { passive: false });
    return () => shown?.removeEventListener('wheel', onWheel);
  }, [whole]);

  const zoom = (by: number) => setView(zoomedAt(view, by, { x: width / 2, y: HEIGHT / 2 }));
  const goTo = (index: number) => {
    setCurrent(index);
    const point = points[index];
    if (point) setView(centredOn(view, point, size));
    nodes.get(index)?.focus({ preventScroll: true });
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const { key, shiftKey } = event;
    const arrow = (['ArrowUp', 'ArrowDown', 'ArrowLeft', 'ArrowRight'] as const).find((one) => one === key);
    if (arrow && shiftKey) setView(movedBy(view, shiftOf(arrow)));
    else if (arrow) {
      const next = nextIn(points, current, arrow);
      if (next !== undefined) goTo(next);
    } else if (key === '+' || key === '=') zoom(ZOOM);
    else if (key === '-') zoom(1 / ZOOM);
    else if (key === '0') setView(undefined);
    else return;
    event.preventDefault();
  };
  const onPointerDown = (event: PointerEvent<SVGSVGElement>) => {
    if ((event.target as Element).closest('[role=button]')) return;
    drag.current = { x: event.clientX, y: event.clientY };
    event.currentTarget.setPointerCapture(event.pointerId);
  };
  const onPointerMove = ({ clientX: x, clientY: y }: PointerEvent) => {
    if (!drag.current) return;
    setView(movedBy(view, { x: x - drag.current.x, y: y - drag.current.y }));
    drag.current = { x, y };
  };
  return (
    <>
      <div className="flex flex-wrap gap-2 border-b border-line p-2">
        <Button small onClick={() => zoom(ZOOM)} aria-label={t('memory.graph.zoomIn')}>
          <span aria-hidden="true">＋</span>
        </Button>
        <Button small onClick={() => zoom(1 / ZOOM)} aria-label={t('memory.graph.zoomOut')}>
          <span aria-hidden="true">－</span>
        </Button>
        <Button small onClick={() => setView(undefined)}>
          {t('memory.graph.reset')}
        </Button>
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- the entities in it have the focus and its keys. */}
      <svg
        ref={picture}
        role="group"
        aria-label={label}
        width={width}
        height={HEIGHT}
        onKeyDown={onKeyDown}
        onPointerDown={onPointerDown}
        onPointerMove={onPointerMove}
        onPointerUp={() => (drag.current = undefined)}
        onPointerCancel={() => (drag.current = undefined)}
        className="block cursor-grab touch-pan-y text-xs select-none"
      >
        {/* Moved as a whole: what is in it is drawn anew only where it is zoomed. */}
        <g transform={`translate(${view.x.toFixed(1)} ${view.y.toFixed(1)})`}>
          <GraphContent
            data={data}
            points={points}
            scale={view.scale}
            near={view.scale / whole.scale}
            current={Math.min(current, data.entities.length - 1)}
            marked={marked}
            focused={focused}
            nodes={nodes}
            onFocus={setCurrent}
            onOpen={onOpen}
          />
        </g>
      </svg>
    </>
  );
}

function shiftOf(direction: Direction): Point {
  const shifts = {
    ArrowUp: { x: 0, y: STEP },
    ArrowDown: { x: 0, y: -STEP },
    ArrowLeft: { x: STEP, y: 0 },
    ArrowRight: { x: -STEP, y: 0 },
  } as const;
  return shifts[direction];
}
