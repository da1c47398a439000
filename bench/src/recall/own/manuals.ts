import type { BenchDocument, BenchQuestion } from '../case.ts';
import type { Material } from './material.ts';
import type { Random } from './random.ts';

const SETTINGS = ['torqueLimit', 'drive_power_max', 'motor.pull.cap', 'maxPullLevel', 'rotor-force-limit'];

/** Manuals that differ in little but names, codes and numbers, as those of one maker do. */
export function manualsOf(
  { language, products, sections }: Material,
  random: Random,
): { readonly documents: readonly BenchDocument[]; readonly questions: readonly BenchQuestion[] } {
  const documents: BenchDocument[] = [];
  const questions: BenchQuestion[] = [];
  for (const [number, product] of products.entries()) {
    const code = `${language === 'en' ? 'E' : 'Z'}${number + 10}-${1_000 + random.below(9_000)}`;
    const setting = `${SETTINGS[number % SETTINGS.length] ?? ''}${language === 'en' ? '' : 'Zh'}${number}`;
    for (const [position, { heading, text, asks }] of sections.entries()) {
      const value = String(10 + random.below(80));
      const filled = (words: string) =>
        words.replaceAll('{P}', product).replaceAll('{C}', code).replaceAll('{K}', setting).replaceAll('{V}', value);
      const id = `${language}-manual-${number}:${position}`;
      documents.push({
        id,
        title: heading,
        text: filled(text),
        conversation: '',
        group: `${language}-manual-${number}`,
        position,
        speaker: '',
        at: undefined,
      });
      if (asks === undefined) continue;
      questions.push({
        id: `${id}?`,
        text: filled(asks.text),
        kind: `${language} ${asks.kind}`,
        conversation: '',
        group: '',
        relevant: new Map([[id, 1]]),
      });
    }
  }
  return { documents, questions };
}
