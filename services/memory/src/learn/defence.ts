import { fold } from '@holdfast/text';

import type { Draft, State } from '../record.ts';

/** What the defences say of a draft. */
export interface Assessment {
  readonly state: State;
  /** Empty: nothing is wrong with it. */
  readonly quarantineReason: string;
  readonly confidence: number;
}

/** What is believed of a memory that does not say so itself. */
const CONFIDENCE = { user: 1, agent: 0.7, outside: 0.5 } as const;
/** What reads like an order is to be looked at by a person before any agent sees it. */
const SIGNS: readonly (readonly [sign: RegExp, reason: string])[] = [
  [/[\u{E0000}-\u{E007F}]/u, 'it has hidden characters'],
  [/[\u202a-\u202e\u2066-\u2069]/u, 'it has characters that turn the direction of writing'],
  [/[\u200b\u200c\u2060\ufeff]{2,}/u, 'it has invisible characters'],
  [
    /\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:previous|prior|above|earlier|all|any|your|the|system)\b.{0,30}\b(?:instruct\w*|prompts?|rules?|messages?|guidelines?|policies|restrictions?|context)\b/isu,
    'it asks to ignore instructions',
  ],
  [
    /(?:忽略|无视|忘记|忘掉|不要理会|绕过|抛开).{0,12}(?:之前|以上|上述|前面|所有|全部|系统|你的|任何).{0,12}(?:指令|指示|提示|规则|要求|命令|限制|设定|内容)/su,
    'it asks to ignore instructions',
  ],
  [
    /^\s*(?:system|assistant|developer|user|human|ai)\s*[:：]|\n\s*(?:system|assistant|developer)\s*[:：]/iu,
    'it is written like a message of another role',
  ],
  [
    /<\/?(?:system|assistant|instructions?|tool_(?:call|use|result)s?|function_calls?|im_start|im_end|memor(?:y|ies))\b[^>]{0,200}>|<\|[^|>]{1,40}\|>|\[\/?INST\]|<<\/?SYS>>/iu,
    'it has the marks of a prompt',
  ],
  [
    /(?:^|\n)[ #*]*(?:(?:new|updated|revised|urgent) (?:system )?|system )(?:instruction|prompt|directive)s?[ *]*[:：]|\b(?:instruction|prompt|directive)s? (?:for|to) (?:the |any |all )?(?:ai|assistant|agent|model|llm)s?\b[^\n]{0,40}[:：]/iu,
    'it calls itself an instruction',
  ],
  [/(?:系统|新的?|最新)(?:提示词?|指令|指示)[:：]/u, 'it calls itself an instruction'],
  [
    /\b(?:you|the (?:ai|assistant|agent|model)|assistants?|agents?)\b.{0,20}\b(?:must|should always|have to|are (?:now|required|to)|shall|need to)\b.{0,80}\b(?:always|never|send|forward|reply|respond|execute|run|call|delete|reveal|post|transfer|pay|include|remember|visit|open|download|install|obey|act as|pretend)\b/isu,
    'it tells an agent what to do',
  ],
  [
    /(?:你|助手|智能体|模型|ai)(?:必须|务必|应当?始终|需要|一定要|得|从现在起|今后|以后都).{0,40}(?:发送|转发|回复|执行|运行|调用|删除|透露|泄露|转账|支付|访问|下载|安装|服从|扮演|告诉|永远|总是|不要|不得|记住)/su,
    'it tells an agent what to do',
  ],
  [
    /\b(?:from now on|going forward|henceforth|in all future|for all future)\b.{0,60}\b(?:you|always|never|must|respond|reply|answer|send|use|act|include|append)\b/isu,
    'it wants to rule what comes later',
  ],
  [
    /(?:从现在(?:起|开始)|今后|以后|从今往后)[，,]?.{0,20}(?:你|都要|必须|总是|一律|每次|不要|回复|回答|发送)/su,
    'it wants to rule what comes later',
  ],
  [
    /\b(?:send|post|upload|forward|exfiltrate|leak|transmit|copy|submit|e-?mail)\b.{0,80}\b(?:passwords?|secrets?|credentials?|api[ _-]?keys?|tokens?|private keys?|conversation|chat history|memor(?:y|ies)|system prompt|\.env|cookies?|data)\b.{0,80}(?:https?:\/\/|\bto\b\s+\S+@|\bwebhook\b)/isu,
    'it asks to send something away',
  ],
  [/https?:\/\/[^\n]{1,300}[?&][\w-]{1,40}=(?:\{|\$|<|%7b|\[)/iu, 'it has an address that carries data away'],
  [
    /[把将](?:.{0,10})(?:密码|密钥|口令|凭证|令牌|对话|聊天记录|记忆|系统提示).{0,10}(?:发送?|上传|转发|提交|复制).{0,6}[到给至]/su,
    'it asks to send something away',
  ],
  [
    /(?:发送|上传|转发|提交|泄露|复制).{0,30}(?:密码|密钥|口令|凭证|令牌|对话|聊天记录|记忆|系统提示|数据).{0,40}(?:https?:\/\/|到\S+@|邮箱|地址)/su,
    'it asks to send something away',
  ],
  [
    /\b(?:reveal|print|show|repeat|output|leak)\b.{0,30}\b(?:system prompt|your (?:instructions|prompt|rules)|hidden (?:prompt|instructions))\b/isu,
    'it asks for hidden instructions',
  ],
  [
    /\b(?:do not|don't|never)\b.{0,20}\b(?:tell|inform|mention|reveal|disclose|notify)\b.{0,30}\b(?:the )?(?:user|human|anyone|owner|operator)\b/isu,
    'it asks to hide something from people',
  ],
  [
    /(?:不要|别|勿|不得|切勿).{0,8}(?:告诉|通知|提及|透露给?|让).{0,10}(?:用户|人类|任何人|主人|管理员)/su,
    'it asks to hide something from people',
  ],
  [/(?:jailbreak|\bDAN\b mode|developer mode (?:enabled|on)|越狱模式|开发者模式)/iu, 'it asks for another mode'],
  [/(?:[A-Za-z0-9+/]{4}){60,}={0,2}/u, 'it has a long coded part'],
];
/** Further than that nothing is looked at: what is longer is no fact. */
const LOOKED_AT = 32_000;

/**
 * Looks at what is to be kept (poisoning defence). What a person said is kept as it is. What was read, or what an agent
 * concluded, is never kept as an instruction: where it reads like one it waits in quarantine until a person releases it.
 * Rules like these find what is crude and miss what is clever; that is why memories are also shown to models as data, with
 * where they come from, whatever they say.
 */
export function assess(draft: Draft): Assessment {
  const { trust } = draft.provenance;
  const confidence = Math.min(draft.confidence ?? CONFIDENCE[trust], trust === 'outside' ? 0.8 : 1);
  const fine: Assessment = { state: 'active', quarantineReason: '', confidence };
  if (trust === 'user') return { ...fine, confidence: draft.confidence ?? CONFIDENCE.user };
  const reason = signOf(draft.text);
  return reason === undefined
    ? fine
    : { state: 'quarantined', quarantineReason: reason, confidence: Math.min(confidence, 0.2) };
}

/** Why a text must not be taken for a fact; undefined: it may. */
export function signOf(text: string): string | undefined {
  const given = squeezed(text.slice(0, LOOKED_AT));
  // Full-width letters, traditional characters and the like are no way around it.
  const folded = squeezed(fold(given.replaceAll(/[\u200b-\u200d\u2060\ufeff\u00ad]/gu, '')));
  return SIGNS.find(([sign]) => sign.test(given) || sign.test(folded))?.[1];
}

/** One space for each run: patterns with spaces at several places take the cube of the time over long ones. */
function squeezed(text: string): string {
  return text.replaceAll(/\s+/gu, (run) => (run.includes('\n') ? '\n' : ' '));
}
