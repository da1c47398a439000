import type { BenchDocument } from './case.ts';

const NUMBERED = /^(.*[^\p{L}\p{N}])(\d{1,9})$/su;
/** Numbers of a group may lack some: so much of what lies between the first and the last must be there. */
const LEAST_THERE = 0.5;

/**
 * Places documents in line whose ids say that they are: ids that end in consecutive numbers after a common beginning and
 * a separator, as `talk-3:1`, `talk-3:2`. At least two such beginnings are needed, since a corpus that merely counts its
 * documents is no line. Documents that have a group keep it.
 */
export function placedByIds(documents: readonly BenchDocument[]): readonly BenchDocument[] {
  const groups = new Map<string, number[]>();
  for (const { id, group } of documents) {
    const [, beginning, number] = NUMBERED.exec(id) ?? [];
    if (group !== '' || beginning === undefined) continue;
    groups.set(beginning, [...(groups.get(beginning) ?? []), Number(number)]);
  }
  const lines = new Set([...groups].filter(([, numbers]) => isLine(numbers)).map(([beginning]) => beginning));
  if (lines.size < 2) return documents;
  return documents.map((document) => {
    const [, beginning, number] = NUMBERED.exec(document.id) ?? [];
    if (document.group !== '' || beginning === undefined || !lines.has(beginning)) return document;
    return { ...document, group: beginning, position: Number(number) };
  });
}

function isLine(numbers: readonly number[]): boolean {
  const first = numbers.reduce((least, number) => Math.min(least, number), Infinity);
  const last = numbers.reduce((most, number) => Math.max(most, number), 0);
  const there = new Set(numbers).size;
  return there === numbers.length && there > 1 && there >= LEAST_THERE * (last - first + 1);
}

const SAID = /^([\p{L}][\p{L}\p{N} .'-]{0,39})(?::\s|：)/u;
/** So many of a group's texts must begin with a name, and a name must begin so many of them on average. */
const LEAST_SAID = 0.8;
const LEAST_EACH = 2;

/** Names who speaks in groups whose texts begin with a name and a colon; speakers that are given stay. */
export function speakersByTexts(documents: readonly BenchDocument[]): readonly BenchDocument[] {
  const speaking = new Set<string>();
  for (const [group, members] of Map.groupBy(documents, (document) => document.group)) {
    if (group === '' || members.some(({ speaker }) => speaker !== '')) continue;
    const names = members.flatMap(({ text }) => SAID.exec(text)?.[1] ?? []);
    if (names.length < LEAST_SAID * members.length || names.length < LEAST_EACH * new Set(names).size) continue;
    speaking.add(group);
  }
  return documents.map((document) =>
    speaking.has(document.group) ? { ...document, speaker: SAID.exec(document.text)?.[1] ?? '' } : document,
  );
}
