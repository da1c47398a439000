import { isHan, nameKey, sentencesOf } from '@holdfast/text';

import { chineseRelations } from './extract-chinese.ts';
import { englishRelations } from './extract-english.ts';
import type { FoundRelation, Said } from './found.ts';

/** So much of a text is read, and so many relations are taken from it. */
const MOST = { characters: 20_000, sentence: 400, relations: 50 };

/**
 * What a text says of whom, by rules for English and Chinese. Rather no relation than a wrong one: questions, denials,
 * suppositions, reports of what others say, and quotations give none. The predicate is in the language of the text; of
 * kinship the subject is who has it: "my brother Bob" is Bob, `brother of`, the speaker.
 */
export function relationsOf(text: string, said: Said): FoundRelation[] {
  const found = new Map<string, FoundRelation>();
  for (const sentence of sentencesOf(text.slice(0, MOST.characters))) {
    if (sentence.length > MOST.sentence) continue;
    const chinese = Array.from(sentence).some(isHan);
    for (const relation of (chinese ? chineseRelations : englishRelations)(sentence, said)) {
      const { subject, predicate, object, validFrom } = relation;
      const key = JSON.stringify([nameKey(subject.name), predicate, nameKey(object.name), validFrom]);
      if (!found.has(key) && found.size < MOST.relations) found.set(key, relation);
    }
  }
  return [...found.values()];
}
