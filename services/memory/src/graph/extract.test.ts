import { describe, expect, it } from 'vitest';

import { relationsOf } from './extract.ts';

const AT = Date.UTC(2026, 2, 4);

function triples(text: string, speaker = 'Alice'): string[] {
  return relationsOf(text, { speaker, at: AT }).map(
    ({ subject, predicate, object }) => `${subject.name} | ${predicate} | ${object.name}`,
  );
}

describe('ME-1 relations that rules read out of sentences', () => {
  it.each([
    ['My brother Bob lives in Paris.', ['Bob | brother of | Alice', 'Bob | lives in | Paris']],
    ["Carol is Bob's sister.", ['Carol | sister of | Bob']],
    ["Bob's sister is Carol.", ['Carol | sister of | Bob']],
    ['Bob is my older brother.', ['Bob | brother of | Alice']],
    ['My dog is called Rex.', ['Rex | dog of | Alice']],
    ['I met my friend Dana Scott yesterday.', ['Dana Scott | friend of | Alice']],
    ['Bob works at Acme.', ['Bob | works at | Acme']],
    ["I'm tired, but I now work for the Royal Bank of Scotland.", ['Alice | works at | Royal Bank of Scotland']],
    ['Bob works at Acme and Carol works for Globex.', ['Bob | works at | Acme', 'Carol | works at | Globex']],
    ['I moved to New York in 2019.', ['Alice | lives in | New York']],
    ['Ada is the CEO of Acme Corp.', ['Ada | ceo of | Acme Corp']],
    ['Mary Shelley is the author of Frankenstein!', ['Mary Shelley | author of | Frankenstein']],
    ['Bob was born on May 3, 1990.', ['Bob | born on | May 3, 1990']],
    ['I like green tea.', ['Alice | likes | green tea']],
    ['I prefer tabs over spaces.', ['Alice | prefers | tabs']],
    ['Bob really hates mushrooms.', ['Bob | hates | mushrooms']],
    ['Carol married Dan last year.', ['Carol | married to | Dan']],
    ['小明在腾讯工作。', ['小明 | 工作于 | 腾讯']],
    ['我妹妹小红在腾讯工作', ['小红 | 妹妹 | Alice', '小红 | 工作于 | 腾讯']],
    ['我妹妹叫小红。', ['小红 | 妹妹 | Alice']],
    ['小紅現在住在臺北。', ['小紅 | 住在 | 臺北']],
    ['我去年搬到了上海。', ['Alice | 住在 | 上海']],
    ['我非常喜欢绿茶，小明讨厌香菜。', ['Alice | 喜欢 | 绿茶', '小明 | 讨厌 | 香菜']],
    ['小红是小明的妹妹。', ['小红 | 妹妹 | 小明']],
    ['马化腾是腾讯的创始人', ['马化腾 | 创始人 | 腾讯']],
    ['张伟是我的老师', ['张伟 | 老师 | Alice']],
    ['小明和小红结婚了', ['小明 | 结婚 | 小红']],
    ['小明出生于1990年5月3日', ['小明 | 出生于 | 1990年5月3日']],
    ['Bob在Google上班', ['Bob | 工作于 | Google']],
  ])('ME-1 reads %j', (text, expected) => {
    expect(triples(text)).toEqual(expected);
  });

  it.each([
    'Does Bob work at Acme?',
    'Bob does not work at Acme.',
    "I don't like tea.",
    'Bob never lived in Paris.',
    'If Bob works at Acme, we call him.',
    'Bob might live in Paris.',
    'Carol said Bob lives in Paris.',
    'He told me: "I live in Paris."',
    'I wish I lived in Paris.',
    'I used to live in Paris.',
    'He works at Acme.',
    'The team works at night.',
    'I like to read.',
    'I like it.',
    'I like how it works.',
    'She is the CEO of Acme.',
    'People like Paris.',
    'It works for Bob.',
    'This works for Linux.',
    '小明在腾讯工作吗？',
    '小明不在腾讯工作。',
    '如果小明住在北京就好了',
    '听说小明住在北京',
    '他在腾讯工作',
    '我们在公司工作',
    '大家喜欢绿茶',
    '我想搬到上海',
    '小红说“我住在上海”',
    '我喜欢你',
    '他是我的老师',
    '',
    '😀',
    '\ud83d works at \ud83d',
  ])('ME-1 reads nothing out of %j', (text) => {
    expect(triples(text)).toEqual([]);
  });

  it('ME-1 reads nothing in the first person where nobody is known to speak', () => {
    expect(triples('I live in Paris. My brother Bob sleeps. 我住在上海。我妹妹叫小红。', '')).toEqual([]);
    expect(triples('My brother Bob lives in Paris.', '')).toEqual(['Bob | lives in | Paris']);
  });

  it('ME-1 knows from when on, and where there is one object at a time', () => {
    const first = (text: string) => relationsOf(text, { speaker: 'Alice', at: AT })[0];
    expect(first('I have moved to Oslo in 2019.')).toMatchObject({ exclusive: true, validFrom: Date.UTC(2019, 0) });
    expect(first('我去年搬到了上海。')).toMatchObject({ exclusive: true, validFrom: Date.UTC(2025, 0) });
    expect(first('I like tea.')).toMatchObject({ exclusive: false, validFrom: 0 });
    expect(first('Bob was born in 1990.')).toMatchObject({ exclusive: true, validFrom: 0 });
  });

  it('ME-1 says each once, and is done soon with what is long', () => {
    expect(triples('Bob works at Acme. Bob works at ACME.')).toEqual(['Bob | works at | Acme']);
    expect(relationsOf('Aa '.repeat(200_000), { speaker: 'Alice', at: AT })).toEqual([]);
    expect(relationsOf('我喜欢'.repeat(200_000), { speaker: 'Alice', at: AT })).toEqual([]);
    const many = Array.from({ length: 200 }, (_, n) => `Bob works at Acme${n}.`).join(' ');
    expect(triples(many)).toHaveLength(50);
  });
});
