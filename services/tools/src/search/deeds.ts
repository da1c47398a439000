import { stem } from './stem.ts';

/** What tools do, with the words for it in queries and in names. Some words may mean either of two. */
const DEEDS = {
  find:
    'get list show view read fetch retrieve find search lookup query describe count check display see explain compare ' +
    'download export analyze analyse browse estimate preview track',
  make: 'create add new insert make append generate register build upload schedule book',
  change: 'update edit change modify set rename move adjust transition assign resize reschedule merge',
  remove:
    'delete remove drop destroy erase trash revoke purge clear archive cancel terminate unsubscribe prune discard',
  send: 'send post publish reply forward notify share invite',
  start: 'run start execute trigger launch deploy restart rerun invoke retry play',
  stop: 'stop cancel pause kill disable close suspend abort silence mute terminate',
} as const;

const QUESTION = /^\s*(?:what|which|who|where|when|how|whose|why|is|are|does|do)\b/iu;

const byWord = new Map<string, Set<string>>();
for (const [deed, words] of Object.entries(DEEDS)) {
  for (const word of words.split(' ')) {
    const deeds = byWord.get(stem(word)) ?? new Set();
    byWord.set(stem(word), deeds.add(deed));
  }
}

/** What stems say that is to be done; empty where they say nothing of it. */
export function deedsOf(stems: Iterable<string>): ReadonlySet<string> {
  const deeds = new Set<string>();
  for (const one of stems) for (const deed of byWord.get(one) ?? []) deeds.add(deed);
  return deeds;
}

/** As deedsOf, with what a question asks without a word for it. */
export function deedsAsked(query: string, stems: Iterable<string>): ReadonlySet<string> {
  return QUESTION.test(query) ? new Set([...deedsOf(stems), 'find']) : deedsOf(stems);
}

/** Whether something else is asked for than is done; false where either is not known. */
export function isOtherDeed(asked: ReadonlySet<string>, done: ReadonlySet<string>): boolean {
  return asked.size > 0 && done.size > 0 && ![...asked].some((deed) => done.has(deed));
}
