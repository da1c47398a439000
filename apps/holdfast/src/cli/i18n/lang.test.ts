import { ERROR_CODES } from '@holdfast/protocol';
import { describe, expect, it } from 'vitest';

import { en } from './en.ts';
import { chooseLang, sayIn } from './lang.ts';
import { zh } from './zh.ts';
import { ZH_ERRORS } from './zh-errors.ts';

const holes = (text: string) => (text.match(/\{\w+\}/g) ?? []).sort((a, b) => a.localeCompare(b));

describe('languages', () => {
  it('are complete: the same sentences, none empty, with the same holes', () => {
    expect(Object.keys(zh)).toEqual(Object.keys(en));
    for (const key of Object.keys(en) as (keyof typeof en)[]) {
      expect(en[key], key).not.toBe('');
      expect(zh[key], key).not.toBe('');
      expect(holes(zh[key]), key).toEqual(holes(en[key]));
    }
  });

  it('are different ones', () => {
    const untranslated = Object.entries(zh).filter(([, text]) => !/[\u4e00-\u9fff]/.test(text));
    expect(untranslated).toEqual([]);
    expect(Object.entries(en).filter(([, text]) => /[\u4e00-\u9fff]/.test(text))).toEqual([]);
  });

  it('have a meaning for every error code', () => {
    expect(Object.keys(ZH_ERRORS).sort((a, b) => a.localeCompare(b))).toEqual(
      Object.keys(ERROR_CODES).sort((a, b) => a.localeCompare(b)),
    );
  });

  it.each([
    [undefined, {}, 'en'],
    [undefined, { LANG: 'zh_CN.UTF-8' }, 'zh'],
    [undefined, { LANG: 'de_DE.UTF-8' }, 'en'],
    [undefined, { LANG: 'zh_CN', LC_ALL: 'C' }, 'en'],
    [undefined, { LANG: 'C', HOLDFAST_LANG: 'zh' }, 'zh'],
    ['en', { LANG: 'zh_CN' }, 'en'],
  ])('are chosen: --lang %s and %j give %s', (flag, env, lang) => expect(chooseLang(flag, env)).toBe(lang));

  it('fill their holes, and leave text that looks like one alone', () => {
    expect(sayIn('en')('view.step', { n: 3 })).toBe('step 3');
    expect(sayIn('en')('run.created', { id: '{steps}' })).toBe('Run {steps}');
  });
});
