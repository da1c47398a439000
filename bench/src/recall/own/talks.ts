import type { BenchDocument, BenchQuestion } from '../case.ts';
import type { Material, Said } from './material.ts';
import type { Random } from './random.ts';

const FIRST_DAY = Date.UTC(2024, 2, 1, 9);
const DAY_MS = 86_400_000;
const SESSIONS = 6;
/** Days between two sessions of a pair. */
const APART = 11;

/** Something that was said, by whom, and in which text. */
interface Evidence {
  readonly said: Said;
  readonly speaker: string;
  readonly id: string;
  readonly at: number;
}

/** Conversations of several sessions between two people each: what can be asked, in much that cannot. */
export function talksOf(
  material: Material,
  random: Random,
): { readonly documents: readonly BenchDocument[]; readonly questions: readonly BenchQuestion[] } {
  const { language, pairs, said, small, subjects, reactions } = material;
  const slots = pairs.flatMap((pair, talk) =>
    Array.from({ length: SESSIONS }, (_, session) => ({
      pair,
      talk,
      session,
      said: [] as Said[],
      small: [] as string[][],
    })),
  );
  for (const [at, one] of random.shuffled(said).entries()) slots[(at * 7) % slots.length]?.said.push(one);
  const chatter = small.flatMap((lines) =>
    subjects.map((subject) => lines.map((line) => line.replaceAll('{S}', subject))),
  );
  for (const [at, lines] of random.shuffled(chatter).entries()) slots[at % slots.length]?.small.push(lines);

  const documents: BenchDocument[] = [];
  const evidence: Evidence[] = [];
  for (const { pair, talk, session, said: facts, small: exchanges } of slots) {
    const group = `${language}-talk-${talk}-${session}`;
    const at = FIRST_DAY + (session * APART + talk) * DAY_MS;
    let position = 0;
    const say = (speaker: string, text: string) => {
      const id = `${group}:${position}`;
      documents.push({
        id,
        title: '',
        text,
        conversation: '',
        group,
        position,
        speaker,
        at: at + position * 60_000,
      });
      position += 1;
      return id;
    };
    const exchange = [
      ...facts.map((one) => ({ one, lines: undefined })),
      ...exchanges.map((lines) => ({ one: undefined, lines })),
    ];
    for (const { one, lines } of random.shuffled(exchange)) {
      const [first, second] = random.shuffled(pair);
      if (first === undefined || second === undefined) continue;
      for (const [turn, line] of (lines ?? []).entries()) say(turn % 2 === 0 ? first : second, line);
      if (one === undefined) continue;
      say(first, one.lead);
      evidence.push({ said: one, speaker: second, id: say(second, one.says), at });
      say(first, reactions[random.below(reactions.length)] ?? '');
    }
  }
  return { documents, questions: questionsOf(material, evidence) };
}

function questionsOf({ language, pairs, unanswered }: Material, evidence: readonly Evidence[]): BenchQuestion[] {
  const questions: BenchQuestion[] = [];
  const ask = (kind: string, text: string, relevant: readonly string[]) => {
    questions.push({
      id: `${language}-${questions.length}`,
      text,
      kind: `${language} ${kind}`,
      conversation: '',
      group: '',
      relevant: new Map(relevant.map((id) => [id, 1])),
    });
  };
  for (const { said, speaker, id, at } of evidence) {
    const named = (text: string) => text.replaceAll('{N}', speaker);
    ask('single', named(said.plain), [id]);
    ask('paraphrase', named(said.paraphrase), [id]);
    if (language === 'en') ask('misspelt', misspelt(named(said.plain)), [id]);
    if (said.when !== undefined) ask('temporal', named(said.when), [id]);
    const sameDay = evidence.filter((other) => other.speaker === speaker && other.at === at);
    if (sameDay[0]?.id === id) {
      ask(
        'temporal',
        onDay(language, speaker, at),
        sameDay.map((other) => other.id),
      );
    }
    // Somebody else's question, asked of whoever did this: two texts are needed.
    const other = evidence.find((one) => one.speaker === speaker && one.id !== id);
    if (said.who !== undefined && other !== undefined) {
      ask('multi-hop', other.said.plain.replaceAll('{N}', said.who), [id, other.id]);
    }
  }
  const people = pairs.flat();
  for (const [at, text] of unanswered.entries()) {
    ask('negative', text.replaceAll('{N}', people[at % people.length] ?? ''), []);
  }
  return questions;
}

/** Each longer word with two of its letters in each other's place. */
function misspelt(text: string): string {
  return text.replaceAll(/\b([A-Za-z]{2})([a-z])([a-z])([a-z]{1,})\b/gu, '$1$3$2$4');
}

function onDay(language: Material['language'], speaker: string, at: number): string {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth() + 1, date.getUTCDate()];
  if (language === 'zh') return `${speaker}在${year}年${month}月${day}日说自己怎么了？`;
  const name = date.toLocaleString('en', { month: 'long', timeZone: 'UTC' });
  return `What did ${speaker} tell of themselves on ${day} ${name} ${year}?`;
}
