import { describe, expect, it } from 'vitest';

import { analyse, queryTerms } from './analyse.ts';

const DAY = ['@2023-05-08', '@2023-05', '@05-08', '@05', '2023'];

/** A text, and all of its terms. */
const TERMS: readonly (readonly [string, readonly string[]])[] = [
  ['She was running to the Shops', ['run', 'shop']],
  ['went gone go', ['go', 'go', 'go']],
  ['children child', ['child', 'child']],
  ['naïve CAFÉ straße', ['naiv', 'cafe', 'strass']],
  ["John's dog doesn't bark, I'd say they’re wrong", ['john', 'dog', 'bark', 'say', 'wrong']],
  ["O'Brien", ['obrien', 'o', 'brien']],
  ['an id of it', ['id']],
  ['漢語轉換', ['汉', '汉语', '语', '语转', '转', '转换', '换']],
  ['我的书', ['我的', '的书', '书']],
  ['用React写的登录页', ['用', 'react', '写', '写的', '的登', '登', '登录', '录', '录页', '页']],
  ['ＡＢＣ　１２３', ['abc', '123']],
  ['1,234.50 and 1234.5', ['1234.5', '1234.5']],
  ['三个月', ['三', '三个', '个', '个月', '月', '3']],
  ['two cats, 2nd try', ['2', 'cat', '2nd', '2', 'tri']],
  ['16GB', ['16gb', '16', 'gb']],
  ['C++ C# c', ['c++', 'c#', 'c']],
  ['U.S.A.', ['usa', 'u', 's']],
  ['e-mail', ['email', 'e', 'mail']],
  ['and/or', ['and', 'or']],
  ['v1.2.3', ['1.2.3', 'v1', '1', '2', '3']],
  ['a.b@example.com', ['a.b@example.com', 'a.b', 'example.com', 'b', 'exampl', 'com']],
  ['HTTPServer', ['httpserver', 'http', 'server']],
  ['日本語のテキスト', ['日', '日本', '本', '本语', '语', 'のテ', 'テキ', 'キス', 'スト']],
  ['한국어는', ['한국어는', '한국', '국어', '어는']],
  ['Привет, Ёлка', ['привет', 'елка']],
  ['مُحَمَّد', ['محمد']],
  ['party 🎉!', ['parti', '🎉']],
  ['', []],
  ['  \n,.;!? 。，', []],
];

describe('ME-2 the analyser', () => {
  it.each(TERMS)('cuts %j into its terms', (text, terms) => {
    expect(analyse(text)).toEqual(terms);
  });

  it.each([
    '2023-05-08',
    '2023/5/8',
    '2023.05.08',
    'May 8 2023',
    'May 8th, 2023',
    'may 8, 2023',
    '8 May 2023',
    '8th of May 2023',
    '8-May-2023',
    '2023年5月8日',
    '2023 年 5 月 8 日',
    '２０２３年５月８號',
    '二〇二三年五月八日',
  ])('gives the date %j the terms of its day and its month', (text) => {
    expect(analyse(`x ${text} y`)).toEqual(['x', ...DAY, 'y']);
  });

  it.each([
    ['May 2023', ['@2023-05', '@05', '2023']],
    ['2023-05', ['@2023-05', '@05', '2023']],
    ['2023年5月', ['@2023-05', '@05', '2023']],
    ['五月八日', ['@05-08', '@05']],
    ['December 31', ['@12-31', '@12']],
    ['in june', ['@06']],
    ['去年十二月', ['去', '去年', '年', '@12']],
    ['2023年', ['2023']],
    // Not dates.
    ['2023-13-45', ['20231345', '2023', '13', '45']],
    ['may march', ['may', 'march']],
  ])('reads %j', (text, terms) => {
    expect(analyse(text)).toEqual(terms);
  });

  it('gives all spellings of an identifier one whole, and its parts', () => {
    for (const name of ['getUserName', 'get_user_name', 'get-user-name', 'GET_USER_NAME', 'GetUserName']) {
      expect(analyse(name), name).toEqual(['getusernam', 'get', 'user', 'name']);
    }
    expect(analyse('src/lexical/sqlite.ts')).toEqual([
      'src/lexical/sqlite.ts',
      'sqlite.ts',
      'src',
      'lexic',
      'sqlite',
      'ts',
    ]);
    expect(analyse('https://www.example.com/a/b?x=1')).toEqual(
      expect.arrayContaining(['example.com/a/b?x=1', 'example.com', 'exampl']),
    );
  });

  it('keeps stop words where a text has nothing else', () => {
    expect(analyse('to be or not to be')).toEqual(['to', 'be', 'or', 'not', 'to', 'be']);
    expect(analyse('的')).toEqual(['的']);
  });
});

describe('ME-2 the terms of a question', () => {
  it.each([
    ['When did Caroline go to the support group?', ['carolin', 'go', 'support', 'group']],
    ['Can you tell me what Melanie painted?', ['melani', 'paint']],
    ['什么时候去北京的？', ['去', '去北', '北', '北京', '京']],
    ['請問我叔叔住在哪裡呢', ['我叔', '叔', '叔叔', '叔住', '住']],
    ['目的是什么', ['目', '目的']],
    ['Which 咖啡店 did we like?', ['咖', '咖啡', '啡', '啡店', '店', 'like']],
    ['apple apple', ['appl']],
    ['what is it', ['what', 'is', 'it']],
    ['do you know', ['know']],
    ['什么', ['什', '什么']],
    ['', []],
  ])('of %j', (query, terms) => {
    expect(queryTerms(query)).toEqual(terms);
  });
});
