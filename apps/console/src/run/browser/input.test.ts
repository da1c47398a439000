import { describe, expect, it } from 'vitest';

import { ClickCounter, type Key, keyInput, modifiersOf, namedKey, placeIn } from './input.ts';

const press = (key: string, more: Partial<Key> = {}): Key => ({
  key,
  code: '',
  keyCode: 65,
  altKey: false,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  ...more,
});

describe('what a person does on the picture of a page (TL-1)', () => {
  it('is a part of the picture, whatever its size on the screen', () => {
    const box = { left: 100, top: 50, width: 320, height: 200 };
    expect(placeIn(box, 260, 150)).toEqual({ x: 0.5, y: 0.5 });
    expect(placeIn(box, 0, 9999)).toEqual({ x: 0, y: 1 });
    expect(placeIn({ ...box, width: 0, height: 0 }, 260, 150)).toEqual({ x: 0, y: 0 });
  });

  it('types characters, also those of AltGr and beyond the first plane', () => {
    expect(keyInput('down', press('a'))).toMatchObject({ kind: 'key', type: 'down', text: 'a', modifiers: 0 });
    expect(keyInput('down', press('A', { shiftKey: true }))).toMatchObject({ text: 'A', modifiers: 8 });
    expect(keyInput('down', press('@', { ctrlKey: true, altKey: true }))).toMatchObject({ text: '@', modifiers: 0 });
    expect(keyInput('down', press('😀'))).toMatchObject({ text: '😀' });
    expect(keyInput('up', press('a'))).toMatchObject({ type: 'up', text: '' });
    expect(keyInput('down', press('Enter'))).toMatchObject({ text: '\r' });
    expect(keyInput('down', press('ArrowLeft', { shiftKey: true }))).toMatchObject({ text: '', modifiers: 8 });
  });

  it('leaves Tab and shortcuts to the console: nobody is caught in the picture', () => {
    expect(keyInput('down', press('Tab'))).toBeUndefined();
    expect(keyInput('down', press('k', { ctrlKey: true }))).toBeUndefined();
    expect(keyInput('down', press('v', { metaKey: true }))).toBeUndefined();
    expect(keyInput('down', press('Process'))).toBeUndefined();
  });

  it('sends keys by buttons, Tab among them', () => {
    expect(namedKey('BackTab')).toEqual([
      { kind: 'key', type: 'down', key: 'Tab', code: 'Tab', key_code: 9, text: '', modifiers: 8 },
      { kind: 'key', type: 'up', key: 'Tab', code: 'Tab', key_code: 9, text: '', modifiers: 8 },
    ]);
    expect(namedKey('Enter')[0]).toMatchObject({ text: '\r' });
  });

  it('adds modifiers up', () => {
    expect(modifiersOf({ altKey: true, ctrlKey: true, metaKey: true, shiftKey: true })).toBe(15);
  });

  it('counts presses of one place in little time', () => {
    const clicks = new ClickCounter();
    expect(clicks.press(0, 10, 10, 'left')).toBe(1);
    expect(clicks.press(200, 12, 10, 'left')).toBe(2);
    expect(clicks.press(400, 12, 10, 'left')).toBe(3);
    expect(clicks.press(600, 12, 10, 'left')).toBe(3);
    expect(clicks.press(700, 90, 10, 'left')).toBe(1);
    expect(clicks.press(800, 90, 10, 'right')).toBe(1);
    expect(clicks.press(2000, 90, 10, 'right')).toBe(1);
  });
});
