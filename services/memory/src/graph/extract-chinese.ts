import { type FoundRelation, type Said, yearIn } from './found.ts';

/** Sentences that ask, deny, suppose, report or quote say nothing that could be relied on. */
const UNSURE =
  /[?？"“”「」『』]|[吗嗎呢吧谁誰哪几幾不没沒未若]|(?<!特)[别別]|非(?!常)|什么|什麼|怎么|怎麼|如果|假如|假设|假設|要是|可能|也许|也許|或许|或許|大概|好像|似乎|听说|聽說|据说|據說|[说說]|认为|認為|觉得|覺得|想|希望|打算|计划|計劃|以前|曾|本来|本來|差点|差點/u;

const HAN = String.raw`\p{Script=Han}`;
const LATIN = String.raw`[A-Za-z][A-Za-z0-9.&'-]*(?: [A-Z][A-Za-z0-9.&'-]*){0,3}`;
const NAME = String.raw`(?:${HAN}{2,4}?|${LATIN})`;
const THING = String.raw`(?:${HAN}{2,12}?|${LATIN}(?:${HAN}{0,4}?))`;
const KIN =
  '哥哥|弟弟|姐姐|妹妹|妈妈|媽媽|母亲|母親|爸爸|父亲|父親|妻子|老婆|太太|丈夫|老公|先生|儿子|兒子|女儿|女兒|堂哥|堂弟|表哥|表弟|表姐|表妹|奶奶|爷爷|爺爺|外婆|外公|叔叔|阿姨|舅舅|姑姑|女朋友|男朋友|朋友|好友|同事|同学|同學|老板|老闆|上司|经理|經理|老师|老師|导师|導師|邻居|鄰居|室友|狗|猫|貓';
const ROLES =
  '创始人|創始人|创办人|創辦人|首席执行官|首席執行官|总裁|總裁|董事长|董事長|总经理|總經理|负责人|負責人|作者|作曲|发明人|發明人|主人|所有者|维护者|維護者|主编|主編|校长|校長|队长|隊長|市长|市長|首都|省会|省會|CEO|CTO|CFO|COO';
const ADVERB =
  '(?:现在|現在|目前|如今|也|都|已经|已經|最近|刚|剛|刚刚|剛剛|一直|还是|還是|很|最|更|非常|特别|特別|真的|今年|去年|(?:从|從|自)?\\d{4}年(?:起|开始|開始)?)*';
const SUBJECT = String.raw`(?:(?<me>我)|我的?(?<kin>${KIN})(?<kinName>${NAME})|(?<name>${NAME}))`;
const DATE = String.raw`\d{4}年(?:\d{1,2}月(?:\d{1,2}[日号號])?)?|\d{4}-\d{2}-\d{2}`;

/** Signs of a word that is no name of its own. */
const NO_NAME =
  /[我你您他她它牠这這那们們的是在了和与與跟也都有就很最把被给給让讓]|^(?:大家|自己|别人|別人|人们|公司|学校|學校|医院|醫院|家里|家裡|外面|晚上|白天|周末|週末|昨天|今天|明天|现在|現在|目前|每天|有人|有些|孩子|妈妈|媽媽|爸爸|哥哥|弟弟|姐姐|妹妹|朋友|同事|老师|老師|老板|老闆|一起|一家|附近|楼上|樓上|楼下|樓下|乡下|鄉下|城里|城裡|国外|國外|所以|因为|因為|但是|而且|然后|然後|其实|其實)$/u;

interface Rule {
  readonly pattern: RegExp;
  readonly predicate: string;
  readonly types: readonly [string, string];
  readonly exclusive: boolean;
}

const END = String.raw`(?:了|去了|来了|來了)?$`;
const RULES: readonly Rule[] = [
  rule(String.raw`在(?<object>${THING})(?:工作|上班|任职|任職|就职|就職)${END}`, '工作于', ['person', 'organization']),
  rule(
    String.raw`(?:居住在|住在|定居在|搬到了?|搬去了?|搬家到了?|移居到?了?)(?<object>${THING})(?:住|生活|定居)?${END}`,
    '住在',
    ['person', 'place'],
    true,
  ),
  rule(String.raw`(?:喜欢|喜歡|喜爱|喜愛|热爱|熱愛|爱吃|愛吃|爱喝|愛喝)(?<object>${THING})$`, '喜欢', ['person', '']),
  rule(String.raw`(?:偏爱|偏愛|偏好)(?<object>${THING})$`, '偏爱', ['person', '']),
  rule(String.raw`(?:讨厌|討厭|憎恨)(?<object>${THING})$`, '讨厌', ['person', '']),
  rule(
    String.raw`(?:和|跟|与|與|同)(?<object>${NAME})(?:结婚|結婚|结了婚|結了婚)${END}`,
    '结婚',
    ['person', 'person'],
    true,
  ),
  rule(String.raw`(?:出生于|出生於|生于|生於|出生在)(?<object>${DATE})$`, '出生于', ['person', 'date'], true),
  rule(String.raw`(?:是)?(?<object>${DATE})出生的?$`, '出生于', ['person', 'date'], true),
];
const IS_OF = new RegExp(
  String.raw`^(?:(?<me>我)|(?<name>${NAME}))是(?:(?<my>我)|(?<object>${THING}))(?:的(?<role>${KIN}|${ROLES})|(?<kin>${KIN}))$`,
  'u',
);
const MY_KIN = new RegExp(
  String.raw`^我的?(?<kin>${KIN})(?:叫做?|是|名叫)?(?<name>${NAME})(?=$|[在住是也很最更搬出生喜热熱爱愛讨討偏和跟与與现現目刚剛已非特一都今去])`,
  'u',
);
const NOT_LIKED = /[你您他她它我]|^(?:这|這|那|去|在|跟|和)/u;

/** What a Chinese sentence says by the rules, in either script; nothing where it is not sure. */
export function chineseRelations(sentence: string, said: Said): FoundRelation[] {
  if (UNSURE.test(sentence)) return [];
  const found: FoundRelation[] = [];
  const validFrom = yearIn(sentence, said.at);
  for (const raw of sentence.split(/[，,；;：:]/u)) {
    const clause = raw.replaceAll(/[。！!.…\s]+$/gu, '').trim();
    const isName = (name: string) => name !== '' && (name === said.speaker || !NO_NAME.test(name));
    const kin = MY_KIN.exec(clause)?.groups;
    if (kin && said.speaker !== '' && isName(kin['name'] ?? '')) {
      found.push(kinship(kin['name'] ?? '', kin['kin'] ?? '', said.speaker));
    }
    for (const { pattern, predicate, types, exclusive } of RULES) {
      const groups = pattern.exec(clause)?.groups;
      if (!groups) continue;
      const subject = groups['me'] === undefined ? (groups['kinName'] ?? groups['name'] ?? '') : said.speaker;
      const object = groups['object'] ?? '';
      const fits = types[1] === '' ? !NOT_LIKED.test(object) : types[1] === 'date' || isName(object);
      if (!isName(subject) || !fits || subject === object) continue;
      found.push({
        subject: { name: subject, type: types[0] },
        predicate,
        object: { name: object, type: types[1] },
        exclusive,
        validFrom: types[1] === '' || types[1] === 'date' ? 0 : validFrom,
      });
    }
    const is = IS_OF.exec(clause)?.groups;
    if (!is) continue;
    const subject = is['me'] === undefined ? (is['name'] ?? '') : said.speaker;
    const object = is['my'] === undefined ? (is['object'] ?? '') : said.speaker;
    const word = is['role'] ?? is['kin'] ?? '';
    if (!isName(subject) || !isName(object) || subject === object) continue;
    found.push(
      new RegExp(`^(?:${KIN})$`, 'u').test(word)
        ? kinship(subject, word, object)
        : {
            subject: { name: subject, type: '' },
            predicate: word,
            object: { name: object, type: '' },
            exclusive: false,
            validFrom,
          },
    );
  }
  return found;
}

function rule(verb: string, predicate: string, types: readonly [string, string], exclusive = false): Rule {
  return { pattern: new RegExp(`^${SUBJECT}${ADVERB}${verb}`, 'u'), predicate, types, exclusive };
}

function kinship(name: string, kin: string, of: string): FoundRelation {
  const type = /^[狗猫貓]$/u.test(kin) ? 'animal' : 'person';
  return {
    subject: { name, type },
    predicate: kin,
    object: { name: of, type: 'person' },
    exclusive: false,
    validFrom: 0,
  };
}
