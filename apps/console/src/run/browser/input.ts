import type { paths } from '../../api/schema.gen.ts';

/** What a person does on a page. */
export type Input =
  paths['/api/v1/runs/{id}/browser/input']['post']['requestBody']['content']['application/json']['inputs'][number];
/** What a person does with a mouse, or a finger. */
export type MouseInput = Extract<Input, { kind: 'mouse' }>;

/** The keys that an event was made with. */
export interface Modifiers {
  readonly altKey: boolean;
  readonly ctrlKey: boolean;
  readonly metaKey: boolean;
  readonly shiftKey: boolean;
}

/** A key, as KeyboardEvent tells of it. */
export interface Key extends Modifiers {
  readonly key: string;
  readonly code: string;
  readonly keyCode: number;
}

/** Where a picture lies on the screen, CSS pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly width: number;
  readonly height: number;
}

/** Presses of the same place within so many milliseconds are a double click. */
const DOUBLE_MS = 500;
const DOUBLE_PX = 6;
const BUTTONS = ['left', 'middle', 'right'] as const;
const NO_KEYS: Modifiers = { altKey: false, ctrlKey: false, metaKey: false, shiftKey: false };
const NAMED: Readonly<Record<string, { key: string; code: string; keyCode: number; shiftKey?: boolean }>> = {
  Tab: { key: 'Tab', code: 'Tab', keyCode: 9 },
  BackTab: { key: 'Tab', code: 'Tab', keyCode: 9, shiftKey: true },
  Enter: { key: 'Enter', code: 'Enter', keyCode: 13 },
  Space: { key: ' ', code: 'Space', keyCode: 32 },
  Backspace: { key: 'Backspace', code: 'Backspace', keyCode: 8 },
  Escape: { key: 'Escape', code: 'Escape', keyCode: 27 },
  ArrowUp: { key: 'ArrowUp', code: 'ArrowUp', keyCode: 38 },
  ArrowDown: { key: 'ArrowDown', code: 'ArrowDown', keyCode: 40 },
  PageUp: { key: 'PageUp', code: 'PageUp', keyCode: 33 },
  PageDown: { key: 'PageDown', code: 'PageDown', keyCode: 34 },
};

/** The keys that can be sent by a button, in the order of the buttons. */
export const KEY_NAMES = [
  'Tab',
  'BackTab',
  'Enter',
  'Space',
  'Backspace',
  'Escape',
  'ArrowUp',
  'ArrowDown',
  'PageUp',
  'PageDown',
] as const;

/** Modifiers added up, as the API has them. */
export function modifiersOf({ altKey, ctrlKey, metaKey, shiftKey }: Modifiers): number {
  return Number(altKey) + 2 * Number(ctrlKey) + 4 * Number(metaKey) + 8 * Number(shiftKey);
}

/** A place on the screen as a part of the picture, 0 to 1. */
export function placeIn({ height, left, top, width }: Box, clientX: number, clientY: number): { x: number; y: number } {
  const part = (offset: number, size: number) => (size > 0 ? Math.min(1, Math.max(0, offset / size)) : 0);
  return { x: part(clientX - left, width), y: part(clientY - top, height) };
}

/** The button of a pointer event; undefined for those that pages know nothing of. */
export function buttonOf(button: number): (typeof BUTTONS)[number] | undefined {
  return BUTTONS[button];
}

/**
 * A key that was pressed or released; undefined for what stays with the console: Tab, by which one leaves the picture,
 * and shortcuts of the browser and the system.
 */
export function keyInput(type: 'down' | 'up', event: Key): Input | undefined {
  const { altKey, code, ctrlKey, key, keyCode, metaKey } = event;
  // AltGr is Ctrl and Alt at once on some systems, and types.
  const isShortcut = (ctrlKey || metaKey) && !(altKey && isCharacter(key));
  if (key === 'Tab' || key === 'Process' || key === 'Unidentified' || isShortcut) return undefined;
  const text = type === 'up' ? '' : key === 'Enter' ? '\r' : isCharacter(key) ? key : '';
  return {
    kind: 'key',
    type,
    key,
    code,
    text,
    key_code: keyCode > 255 ? 0 : keyCode,
    modifiers: text === '' ? modifiersOf(event) : Number(event.shiftKey) * 8,
  };
}

/** A key that a button stands for, pressed and released. */
export function namedKey(name: (typeof KEY_NAMES)[number]): Input[] {
  const named = NAMED[name];
  if (!named) return [];
  const { shiftKey = false, ...rest } = named;
  const text = name === 'Enter' ? '\r' : name === 'Space' ? ' ' : '';
  const about = { kind: 'key' as const, ...keysOf(rest), modifiers: modifiersOf({ ...NO_KEYS, shiftKey }) };
  return [
    { ...about, type: 'down', text },
    { ...about, type: 'up', text: '' },
  ];
}

/** Whether a key types something: its name is one character then. */
function isCharacter(key: string): boolean {
  return /^.$/su.test(key);
}

function keysOf({ code, key, keyCode }: { key: string; code: string; keyCode: number }) {
  return { key, code, key_code: keyCode };
}

/** Counts presses that make a double or triple click. */
export class ClickCounter {
  #last: { at: number; x: number; y: number; button: string; count: number } | undefined;

  /** @param at milliseconds @returns 1 for a first press, up to 3 */
  press(at: number, x: number, y: number, button: string): number {
    const last = this.#last;
    const again =
      last !== undefined &&
      last.button === button &&
      at - last.at <= DOUBLE_MS &&
      Math.hypot(x - last.x, y - last.y) <= DOUBLE_PX;
    const count = again ? Math.min(3, last.count + 1) : 1;
    this.#last = { at, x, y, button, count };
    return count;
  }
}
