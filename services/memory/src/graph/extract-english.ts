import { type FoundRelation, type Said, yearIn } from './found.ts';

/** Sentences that ask, deny, suppose, report or quote say nothing that could be relied on. */
const UNSURE =
  /[?"“”「」«»]|\b(?:not|never|nobody|no longer|no more|neither|nor|without|if|unless|whether|would|could|should|might|may|must|will|maybe|perhaps|possibly|probably|suppose|imagine|pretend|wish(?:es|ed)?|hop(?:e|es|ed|ing)|want(?:s|ed)?|plan(?:s|ned|ning)?|think(?:s)?|thought|believe[sd]?|guess|said|says|say|claim(?:s|ed)?|told|heard|according|allegedly|used to|almost|nearly|dream(?:s|ed|t)?)\b|n['’]t\b/u;
const UNSURE_AT_START =
  /^(?:If|Unless|Whether|Maybe|Perhaps|Suppose|Imagine|No|Not|Never|Nobody|According|Would|Could|Should|Might|May|Does|Do|Did|Is|Are|Was)\b/u;

const WORD = String.raw`\p{Lu}(?:[\p{L}\p{N}&-]|\.(?=\p{L})|['’](?!s\b))*`;
const NAME = String.raw`${WORD}(?: (?:of |de |van |von |the )?${WORD}){0,3}`;
const KIN =
  'brother|sister|mother|father|mom|mum|dad|wife|husband|son|daughter|cousin|aunt|uncle|niece|nephew|grandmother|grandfather|partner|fiancé|fiancée|girlfriend|boyfriend|boss|manager|colleague|coworker|friend|best friend|neighbour|neighbor|roommate|teacher|doctor|mentor|dog|cat';
const ROLES =
  'CEO|CTO|CFO|COO|president|chair|chairman|chairwoman|director|head|founder|co-founder|owner|author|creator|maintainer|editor|manager|captain|mayor|capital|inventor|composer';
/** Words with a capital that are no names. */
const NO_NAME = new Set(
  'I He She It We They You My Your His Her Its Our Their The This That These Those There Here What Who Whose Which When Where Why How A An And But Or So Yes Well Then Now Today Yesterday Tomorrow Someone Somebody Everyone Everybody Nobody People One Some Many Most All Each Both Also Monday Tuesday Wednesday Thursday Friday Saturday Sunday'.split(
    ' ',
  ),
);
const SUBJECT = String.raw`(?:(?<me>I)|[Mm]y (?:(?:older|younger|little|big|elder) )?(?<kin>${KIN}),? (?<kinName>${NAME}),?|(?<name>${NAME}))`;
/** What is liked is no thing with a name: it cannot be told later what was meant. */
const NO_OBJECT_START = String.raw`(?:to|that|it|this|them|him|her|me|you|us|when|how|what|who|where|the way|being|as|in|on|for|and|or|everything|nothing|something|anything|one|my|your|his|their|our)\b`;
const ADVERB = String.raw`(?:(?:now|currently|still|also|really|just|recently|always) )?`;
const BEGINS = String.raw`^(?:(?:And|and|But|but|So|so|Well|well|Yes|yes|Now|now|Also|also|Currently|currently),? )?`;

interface Rule {
  readonly pattern: RegExp;
  readonly predicate: string;
  readonly types: readonly [string, string];
  readonly exclusive: boolean;
}

const RULES: readonly Rule[] = [
  rule(
    String.raw`(?:works?|(?:am|is|'m|’m) working|started working) (?:full-time |part-time )?(?:at|for) (?:the )?(?<object>${NAME})`,
    'works at',
    ['person', 'organization'],
  ),
  rule(
    String.raw`(?:lives?|(?:am|is|'m|’m) living|resides?) in (?:the )?(?<object>${NAME})`,
    'lives in',
    ['person', 'place'],
    true,
  ),
  rule(
    String.raw`(?:have |has |'ve |’ve )?(?:just )?moved to (?:the )?(?<object>${NAME})`,
    'lives in',
    ['person', 'place'],
    true,
  ),
  rule(
    String.raw`(?:got married to|married|(?:am|is|'m|’m) married to) (?<object>${NAME})`,
    'married to',
    ['person', 'person'],
    true,
  ),
  rule(
    String.raw`was born (?:on|in) (?<object>(?:(?:January|February|March|April|May|June|July|August|September|October|November|December) \d{1,2},? \d{4}|\d{1,2} (?:January|February|March|April|May|June|July|August|September|October|November|December) \d{4}|\d{4}(?:-\d{2}-\d{2})?))(?!\d)`,
    'born on',
    ['person', 'date'],
    true,
  ),
  rule(liking('likes?|loves?|enjoys?|adores?'), 'likes', ['person', '']),
  rule(liking('prefers?'), 'prefers', ['person', '']),
  rule(liking('hates?|dislikes?|detests?'), 'hates', ['person', '']),
];
const ROLE_OF = new RegExp(
  String.raw`${BEGINS}${SUBJECT} (?:am|is) (?:the|an?|one of the) (?<role>${ROLES}) of (?:the )?(?<object>${NAME})`,
  'u',
);
const IS_KIN_OF = new RegExp(
  String.raw`${BEGINS}(?<name>${NAME}) is (?:(?<my>my)|(?<object>${NAME})['’]s) (?:(?:older|younger|little|big|elder) )?(?<kin>${KIN})$`,
  'u',
);
const KIN_IS = new RegExp(
  String.raw`${BEGINS}(?:(?<my>[Mm]y)|(?<object>${NAME})['’]s) (?:(?:older|younger|little|big|elder) )?(?<kin>${KIN}) is (?:called |named )?(?<name>${NAME})$`,
  'u',
);
const MY_KIN = new RegExp(
  String.raw`\b[Mm]y (?:(?:older|younger|little|big|elder) )?(?<kin>${KIN}),? (?<name>${NAME})`,
  'gu',
);
const CLAUSE = /[,;:]\s+(?!\d)|\s+(?:and|but|because|while|although|though)\s+(?=(?:I|[Mm]y|\p{Lu}[\p{L}’'-]*)\s)/u;

/** What an English sentence says by the rules; nothing where it is not sure. */
export function englishRelations(sentence: string, said: Said): FoundRelation[] {
  if (UNSURE.test(sentence) || UNSURE_AT_START.test(sentence)) return [];
  const found: FoundRelation[] = [];
  const validFrom = yearIn(sentence, said.at);
  const add = (
    subject: string,
    predicate: string,
    object: string,
    types: readonly [string, string],
    exclusive: boolean,
    from = 0,
  ) => {
    if ((subject !== said.speaker && !isName(subject)) || subject === '' || object === '' || subject === object) return;
    found.push({
      subject: { name: subject, type: types[0] },
      predicate,
      object: { name: object, type: types[1] },
      exclusive,
      validFrom: from,
    });
  };
  const kinOf = (kin: string): readonly [string, string] =>
    /^(?:dog|cat)$/u.test(kin) ? ['animal', 'person'] : ['person', 'person'];
  if (said.speaker !== '') {
    for (const { groups } of sentence.matchAll(MY_KIN)) {
      const kin = groups?.['kin'] ?? '';
      add(groups?.['name'] ?? '', `${kin} of`, said.speaker, kinOf(kin), false);
    }
  }
  for (const raw of sentence.split(CLAUSE)) {
    const clause = raw.replace(/[.!…\s]+$/u, '').trim();
    for (const { pattern, predicate, types, exclusive } of RULES) {
      const groups = pattern.exec(clause)?.groups;
      if (!groups) continue;
      const object = (groups['object'] ?? '').trim();
      if (predicate !== 'born on' && /^\p{Lu}/u.test(object) && !isName(object)) continue;
      const since = predicate === 'born on' || types[1] === '' ? 0 : validFrom;
      add(subjectOf(groups, said), predicate, object, types, exclusive, since);
    }
    const role = ROLE_OF.exec(clause)?.groups;
    if (role && isName(role['object'] ?? '')) {
      add(
        subjectOf(role, said),
        `${(role['role'] ?? '').toLowerCase()} of`,
        role['object'] ?? '',
        ['', ''],
        false,
        validFrom,
      );
    }
    const kin = (IS_KIN_OF.exec(clause) ?? KIN_IS.exec(clause))?.groups;
    if (kin) {
      const object = kin['my'] === undefined ? (kin['object'] ?? '') : said.speaker;
      const word = kin['kin'] ?? '';
      if (kin['my'] !== undefined || isName(object)) add(kin['name'] ?? '', `${word} of`, object, kinOf(word), false);
    }
  }
  return found;
}

function rule(verb: string, predicate: string, types: readonly [string, string], exclusive = false): Rule {
  return { pattern: new RegExp(`${BEGINS}${SUBJECT},? ?${ADVERB}${verb}`, 'u'), predicate, types, exclusive };
}

/** What is liked: at most four words to the end of the clause, or to where a comparison or a reason begins. */
function liking(verbs: string): string {
  const stop =
    'over|to|than|more|because|since|when|while|in|on|at|with|for|from|and|but|or|as|very|so|a lot|too|best|most';
  return String.raw`(?:${verbs}) (?!${NO_OBJECT_START})(?<object>(?!(?:${stop})\b)[\p{L}\p{N}'’#+-]+(?: (?!(?:${stop})\b)[\p{L}\p{N}'’#+-]+){0,3})(?=$| (?:${stop})\b)`;
}

function subjectOf(groups: Readonly<Record<string, string | undefined>>, said: Said): string {
  return groups['me'] === undefined ? (groups['kinName'] ?? groups['name'] ?? '') : said.speaker;
}

function isName(name: string): boolean {
  return name !== '' && !NO_NAME.has(name.split(' ')[0] ?? '');
}
