import { type KeyboardEvent, type PointerEvent, type ReactNode, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { buttonOf, ClickCounter, keyInput, modifiersOf, type MouseInput, placeIn } from './input.ts';
import { type View, watchFrames } from './frames.ts';
import type { InputQueue } from './queue.ts';

const WAIT_MS = 1500;
const SILENCE_MS = 45_000;
/** A finger that moves less than so many pixels has tapped. */
const TAP_PX = 8;
/** A mouse that has not moved for so many milliseconds rests. */
const REST_MS = 150;

/**
 * The page of a browser as it looks, live. With a queue, what is done on the picture is done on the page: clicks, the
 * wheel, keys, taps and swipes.
 */
export function Screen(props: {
  runId: string;
  title: string;
  queue: InputQueue | undefined;
  onUrl: (url: string) => void;
}) {
  const { onUrl, queue, runId, title } = props;
  const { t } = useTranslation();
  const [view, setView] = useState<View>('connecting');
  const [seen, setSeen] = useState(false);
  const picture = useRef<HTMLImageElement>(null);
  useEffect(() => {
    const left = new AbortController();
    watchFrames({
      url: `/api/v1/runs/${encodeURIComponent(runId)}/browser/live`,
      fetch: window.fetch.bind(window),
      onFrame: ({ jpeg, url }) => {
        // Straight into the page: many pictures a second need not go through React.
        if (picture.current) picture.current.src = `data:image/jpeg;base64,${jpeg}`;
        setSeen(true);
        onUrl(url);
      },
      onView: setView,
      signal: left.signal,
      waitMs: WAIT_MS,
      silenceMs: SILENCE_MS,
    }).catch((error: unknown) => console.error('The browser could not be watched.', error));
    return () => left.abort();
  }, [onUrl, runId]);
  return (
    <div>
      {view !== 'live' && (
        <p role="status" className="text-sm text-soft">
          {t(view === 'connecting' ? 'browser.connecting' : 'browser.reconnecting')}
        </p>
      )}
      <Hands queue={queue}>
        <img
          ref={picture}
          alt={t('browser.picture', { title })}
          draggable={false}
          className={`block w-full select-none ${seen ? '' : 'invisible h-40'}`}
        />
      </Hands>
      {queue && <p className="mt-1 text-sm text-soft">{t('browser.controlHelp')}</p>}
    </div>
  );
}

/** Where a finger came down, and where it was last. */
interface Touch {
  readonly x: number;
  readonly y: number;
  lastX: number;
  lastY: number;
  swiped: boolean;
}

/** Takes what is done on the picture, if anybody may act there. */
function Hands({ children, queue }: { queue: InputQueue | undefined; children: ReactNode }) {
  const { t } = useTranslation();
  const box = useRef<HTMLDivElement>(null);
  const clicks = useRef(new ClickCounter());
  const touch = useRef<Touch | undefined>(undefined);
  /** As the how-manieth click the button that is held was pressed. */
  const held = useRef(1);
  const resting = useRef<number>(undefined);
  useEffect(() => {
    const element = box.current;
    if (!element || !queue) return undefined;
    // React listens passively: a wheel could not be kept from scrolling the console as well.
    const onWheel = (event: WheelEvent) => {
      event.preventDefault();
      const scale = event.deltaMode === WheelEvent.DOM_DELTA_LINE ? 16 : 1;
      queue.push({
        kind: 'mouse',
        type: 'wheel',
        ...placeIn(element.getBoundingClientRect(), event.clientX, event.clientY),
        delta_x: event.deltaX * scale,
        delta_y: event.deltaY * scale,
        modifiers: modifiersOf(event),
      });
    };
    element.addEventListener('wheel', onWheel, { passive: false });
    return () => element.removeEventListener('wheel', onWheel);
  }, [queue]);
  const frame = 'overflow-hidden rounded-lg border bg-white';
  if (!queue) {
    return (
      <div ref={box} className={`${frame} border-line`}>
        {children}
      </div>
    );
  }
  const mouse = (type: MouseInput['type'], event: PointerEvent<HTMLElement>, more: Partial<MouseInput> = {}) =>
    queue.push({
      kind: 'mouse',
      type,
      ...placeIn(event.currentTarget.getBoundingClientRect(), event.clientX, event.clientY),
      modifiers: modifiersOf(event),
      ...more,
    });
  const press = (type: 'down' | 'up', event: PointerEvent<HTMLElement>, button: MouseInput['button']) => {
    window.clearTimeout(resting.current);
    if (!button) return;
    if (type === 'down') {
      held.current = clicks.current.press(event.timeStamp, event.clientX, event.clientY, button);
    }
    mouse(type, event, { button, clicks: held.current });
  };
  const onMove = (event: PointerEvent<HTMLElement>) => {
    window.clearTimeout(resting.current);
    if (event.buttons !== 0) {
      mouse('move', event);
      return;
    }
    const place = placeIn(event.currentTarget.getBoundingClientRect(), event.clientX, event.clientY);
    // Where a mouse comes to rest is what the page is told, not each step on the way.
    resting.current = window.setTimeout(() => queue.push({ kind: 'mouse', type: 'move', ...place }), REST_MS);
  };
  const onKey = (type: 'down' | 'up', event: KeyboardEvent<HTMLElement>) => {
    const input = event.nativeEvent.isComposing ? undefined : keyInput(type, event);
    if (!input) return;
    event.preventDefault();
    queue.push(input);
  };
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-element-interactions -- an application takes keys and pointers.
    <div
      ref={box}
      // A page within the page: keys and pointers are its own while it has the focus.
      role="application"
      aria-label={t('browser.control')}
      // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- what takes keys must be reachable by them.
      tabIndex={0}
      className={`${frame} cursor-crosshair touch-none border-accent`}
      onContextMenu={(event) => event.preventDefault()}
      onKeyDown={(event) => onKey('down', event)}
      onKeyUp={(event) => onKey('up', event)}
      onPaste={(event) => {
        event.preventDefault();
        const text = event.clipboardData.getData('text/plain').slice(0, 10_000);
        if (text !== '') queue.push({ kind: 'text', text });
      }}
      onPointerDown={(event) => {
        event.currentTarget.focus({ preventScroll: true });
        event.currentTarget.setPointerCapture(event.pointerId);
        event.preventDefault();
        const { clientX: x, clientY: y } = event;
        if (event.pointerType === 'touch') touch.current = { x, y, lastX: x, lastY: y, swiped: false };
        else press('down', event, buttonOf(event.button));
      }}
      onPointerMove={(event) => {
        const finger = event.pointerType === 'touch' ? touch.current : undefined;
        if (event.pointerType !== 'touch') onMove(event);
        if (!finger) return;
        finger.swiped ||= Math.hypot(event.clientX - finger.x, event.clientY - finger.y) > TAP_PX;
        if (!finger.swiped) return;
        mouse('wheel', event, { delta_x: finger.lastX - event.clientX, delta_y: finger.lastY - event.clientY });
        finger.lastX = event.clientX;
        finger.lastY = event.clientY;
      }}
      onPointerUp={(event) => {
        if (event.pointerType !== 'touch') {
          press('up', event, buttonOf(event.button));
          return;
        }
        if (touch.current && !touch.current.swiped) {
          mouse('move', event);
          press('down', event, 'left');
          press('up', event, 'left');
        }
        touch.current = undefined;
      }}
      onPointerCancel={() => {
        touch.current = undefined;
      }}
    >
      {children}
    </div>
  );
}
