/** Syllables of made-up words: as many different ones as a large store has, and as unevenly spread. */
const SYLLABLES =
  'ba ce di fo gu ha je ki lo mu na pe ri so tu va we xi yo zu bran clep drim flon grus stel trin plox'.split(' ');
const HAN = Array.from(
  '山水花园书店车站合同发票报告预算旅行会议电脑手机音乐电影天气厨房医院学校银行老师学生工程师设计图纸机器语言数据',
);
const VOCABULARY = 20_000;
const DEEDS = ['moved', 'sold', 'repaired', 'found', 'lost', 'painted', 'ordered', 'described', 'cancelled', 'shared'];

/** The nth memory: some twenty words, one in four in Chinese; always the same. */
export function sentenceOf(n: number): string {
  const day = `${2020 + (hash(n, 7) % 6)}-${pad(1 + (hash(n, 8) % 12))}-${pad(1 + (hash(n, 9) % 28))}`;
  if (n % 4 === 3) {
    return `${nameOf(n, 1)}在${day}把${hanOf(n, 2)}的${hanOf(n, 3)}交给了${nameOf(n, 6)}，因为${hanOf(n, 4)}需要${hanOf(n, 5)}。`;
  }
  return (
    `${nameOf(n, 1)} ${DEEDS[hash(n, 2) % DEEDS.length]} the ${wordOf(n, 3)} ${wordOf(n, 4)} near ${wordOf(n, 5)} on ${day}, ` +
    `because ${nameOf(n, 6)} had asked about the ${wordOf(n, 10)} from ${wordOf(n, 11)} and a ${wordOf(n, 12)}.`
  );
}

/** A question that the nth memory answers, in other order and with other words between. */
export function questionOf(n: number): string {
  return n % 4 === 3
    ? `${nameOf(n, 1)}把${hanOf(n, 2)}的${hanOf(n, 3)}给了谁？`
    : `What did ${nameOf(n, 1)} do with the ${wordOf(n, 4)} near ${wordOf(n, 5)} back then?`;
}

/** Words by Zipf's law: the first ones are in most sentences, half of them in hardly any. */
function wordOf(n: number, salt: number): string {
  const rank = Math.floor(VOCABULARY ** (hash(n, salt) / 2 ** 32));
  return spelt(rank + 20);
}

function nameOf(n: number, salt: number): string {
  const name = spelt(1_000_000 + (hash(n, salt) % 500));
  return name.charAt(0).toUpperCase() + name.slice(1);
}

function hanOf(n: number, salt: number): string {
  const from = hash(n, salt);
  return [from, from >>> 7, from >>> 13].map((value) => HAN[value % HAN.length] ?? '').join('');
}

function spelt(rank: number): string {
  let left = rank;
  let word = '';
  do {
    word += SYLLABLES[left % SYLLABLES.length] ?? '';
    left = Math.floor(left / SYLLABLES.length);
  } while (left > 0);
  return word;
}

function pad(number: number): string {
  return String(number).padStart(2, '0');
}

function hash(n: number, salt: number): number {
  let value = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39);
  return (value ^ (value >>> 15)) >>> 0;
}
