const NAMES = ['Alice', 'Bob', 'Carla', 'Dmitri', 'Elena', 'Farid', 'Grete', 'Hugo', '小明', '李娜', '王芳', '张伟'];
const THINGS = ['invoice', 'harbour', 'garden', 'server', 'train', 'contract', 'recipe', 'violin', 'report', 'budget'];
const DEEDS = ['moved', 'sold', 'repaired', 'found', 'lost', 'painted', 'ordered', 'described', 'cancelled', 'shared'];
const PLACES = ['Lisbon', 'Munich', 'Osaka', 'Lyon', 'Oslo', 'Quito', 'Hanoi', 'Bern', 'Cairo', 'Perth'];
const ZH_THINGS = ['发票', '花园', '服务器', '合同', '菜谱', '小提琴', '报告', '预算', '车票', '照片'];
const ZH_DEEDS = ['搬走', '卖掉', '修好', '找到', '弄丢', '订购', '描述', '取消', '分享', '整理'];
const ZH_PLACES = ['上海', '深圳', '成都', '杭州', '西安', '南京', '大连', '厦门', '昆明', '长沙'];

/** The nth memory: some twenty words, one in four in Chinese; always the same. */
export function sentenceOf(n: number): string {
  const pick = <T>(of: readonly T[], salt: number): T => of[hash(n, salt) % of.length] as T;
  const day = `${2020 + (hash(n, 7) % 6)}-${String(1 + (hash(n, 8) % 12)).padStart(2, '0')}-${String(1 + (hash(n, 9) % 28)).padStart(2, '0')}`;
  if (n % 4 === 3) {
    return `${pick(NAMES, 1)}在${day}把${pick(ZH_PLACES, 2)}的${pick(ZH_THINGS, 3)}${pick(ZH_DEEDS, 4)}了，编号${hash(n, 5) % 90_000}，因为${pick(NAMES, 6)}需要它。`;
  }
  return (
    `${pick(NAMES, 1)} ${pick(DEEDS, 2)} the ${pick(THINGS, 3)} in ${pick(PLACES, 4)} on ${day}, number ${hash(n, 5) % 90_000}, ` +
    `because ${pick(NAMES, 6)} asked about the ${pick(THINGS, 10)} from ${pick(PLACES, 11)}.`
  );
}

/** A question that the nth memory answers, in other order and with other words between. */
export function questionOf(n: number): string {
  const pick = <T>(of: readonly T[], salt: number): T => of[hash(n, salt) % of.length] as T;
  return n % 4 === 3
    ? `${pick(NAMES, 1)}在${pick(ZH_PLACES, 2)}的${pick(ZH_THINGS, 3)}怎么样了？`
    : `What did ${pick(NAMES, 1)} do with the ${pick(THINGS, 3)} in ${pick(PLACES, 4)} back then?`;
}

function hash(n: number, salt: number): number {
  let value = Math.imul(n + 1, 0x9e3779b1) ^ Math.imul(salt + 1, 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 15), 0x2c1b3c6d);
  value = Math.imul(value ^ (value >>> 12), 0x297a2d39);
  return (value ^ (value >>> 15)) >>> 0;
}
