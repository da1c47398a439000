import { type browserpb, HoldfastError, type JsonObject } from '@holdfast/protocol';

import type { PageCdp } from '../engines/engine.ts';

const MOST_CHARS = 10_000;
const BUTTONS: Readonly<Record<string, number>> = { none: 0, left: 1, right: 2, middle: 4 };

/** Does what a person did, on the page itself. @throws HoldfastError INVALID_ARGUMENT */
export async function dispatch(cdp: PageCdp, { kind }: browserpb.InputEvent): Promise<void> {
  switch (kind.case) {
    case 'mouse':
      return dispatchMouse(cdp, kind.value);
    case 'key':
      return dispatchKey(cdp, kind.value);
    case 'text': {
      if (kind.value.length > MOST_CHARS) throw invalid(`a text of more than ${MOST_CHARS} characters`);
      await cdp.send('Input.insertText', { text: kind.value });
      return;
    }
    case undefined:
      throw invalid('an input of no known kind');
  }
}

async function dispatchMouse(cdp: PageCdp, mouse: browserpb.MouseInput): Promise<void> {
  const { type, x, y, button, clicks, deltaX, deltaY, modifiers } = mouse;
  const names: Readonly<Record<string, string>> = {
    move: 'mouseMoved',
    down: 'mousePressed',
    up: 'mouseReleased',
    wheel: 'mouseWheel',
  };
  const name = Object.hasOwn(names, type) ? names[type] : undefined;
  const which = button === '' ? 'none' : button;
  if (name === undefined) throw invalid(`a mouse that does "${type.slice(0, 20)}"`);
  if (!Object.hasOwn(BUTTONS, which)) throw invalid(`the button "${which.slice(0, 20)}"`);
  if (![x, y].every((part) => part >= 0 && part <= 1)) throw invalid('a place outside the picture: x and y are 0 to 1');
  const { cssVisualViewport } = await cdp.send('Page.getLayoutMetrics');
  const { clientWidth, clientHeight } = cssVisualViewport as JsonObject;
  await cdp.send('Input.dispatchMouseEvent', {
    type: name,
    x: x * Number(clientWidth),
    y: y * Number(clientHeight),
    button: which,
    buttons: type === 'down' ? (BUTTONS[which] ?? 0) : 0,
    clickCount: Math.min(clicks, 3),
    deltaX,
    deltaY,
    modifiers,
  });
}

async function dispatchKey(cdp: PageCdp, key: browserpb.KeyInput): Promise<void> {
  if (key.type !== 'down' && key.type !== 'up') throw invalid(`a key that does "${key.type.slice(0, 20)}"`);
  await cdp.send('Input.dispatchKeyEvent', {
    type: key.type === 'up' ? 'keyUp' : key.text === '' ? 'rawKeyDown' : 'keyDown',
    key: key.key.slice(0, 50),
    code: key.code.slice(0, 50),
    text: key.text.slice(0, 10),
    windowsVirtualKeyCode: key.keyCode,
    modifiers: key.modifiers,
  });
}

function invalid(what: string): HoldfastError {
  return new HoldfastError('INVALID_ARGUMENT', `${what} cannot be given to a page. Nothing was done from here on.`);
}
