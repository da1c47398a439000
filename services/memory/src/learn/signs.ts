/** Whom an instruction in a text is meant for, where it is meant for a model. */
const AI = '(?:ai|a\\.i\\.|llm|language model|chat ?bot|assistant|ai agent|ai model|gpt|claude)s?';
const ZH_AI = '(?:助手|助理ai|智能体|大模型|语言模型|ai|机器人)';
const DEEDS =
  '(?:reply|respond|answer|forward|execute|obey|reveal|output|pretend|act as|call the tool|click|send|delete|transfer|pay|remember|visit|always|never|ignore)';
const ZH_DEEDS = '(?:转发|回复|回答|执行|泄露|透露|服从|扮演|输出|发送|删除|转账|附上|调用|点击|忽略|永远|总是|不得)';

const sign = (...parts: readonly string[]): RegExp => new RegExp(parts.join(''), 'isu');

/**
 * What a text that was read has when it wants to be obeyed. Each is about being an instruction to a model; that people are
 * told what they must do, as every handbook does, is none. Patterns have bounded gaps: they take time in proportion to the
 * text.
 */
export const SIGNS: readonly (readonly [sign: RegExp, reason: string])[] = [
  [/[\u{E0000}-\u{E007F}]/u, 'it has hidden characters'],
  [/[\u202a-\u202e\u2066-\u2069]/u, 'it has characters that turn the direction of writing'],
  [/[\u200b\u200c\u2060\ufeff]{2,}/u, 'it has invisible characters'],
  [
    /\b(?:ignore|disregard|forget|override|bypass|pay no attention to)\b.{0,30}\b(?:previous|prior|above|earlier|preceding|your|system|safety)\b.{0,20}\b(?:instruct\w*|prompts?|rules|messages?|guidelines|policies|restrictions|context|settings|training)\b/isu,
    'it asks to ignore instructions',
  ],
  [
    /\b(?:ignore|disregard|forget|override|pay no attention to)\b.{0,10}\b(?:all|any|everything|whatever|the)\b.{0,15}\b(?:above|before|told|said|previous(?:ly)?|learned)\b/isu,
    'it asks to ignore instructions',
  ],
  [
    /(?:忽略|无视|忘记|忘掉|不要理会|绕过|抛开).{0,8}(?:之前|以上|上述|前面|此前|先前|你的|你之前|系统).{0,12}(?:指令|指示|提示|规则|要求|命令|限制|设定|对话|学到的|内容)/su,
    'it asks to ignore instructions',
  ],
  [
    sign(
      '(?:^|\\n) ?[#*]{0,4} ?(?:system|assistant|developer) ?[:：] ?',
      '(?:you|ignore|new|from now|obey|sure|ok|override|do |act )',
    ),
    'it is written like a message of another role',
  ],
  [/(?:^|\n) ?(?:human|user) ?[:：].{1,400}\n ?(?:assistant|ai) ?[:：]/isu, 'it is written like a conversation'],
  [
    /<\/?(?:system|assistant|tool_(?:call|use|result)s?|function_calls?|im_start|im_end)\b[^>]{0,200}>|<\|[^|>]{1,40}\|>|\[\/?INST\]|<<\/?SYS>>/iu,
    'it has the marks of a prompt',
  ],
  [
    /\{ ?"(?:tool|tool_name|function|name)" ?: ?"\w+" ?, ?"(?:arguments|parameters|input)" ?: ?\{/u,
    'it is written like a tool call',
  ],
  [
    sign(
      '(?:^|\\n) ?[#*]{0,4} ?(?:(?:new|updated|revised|urgent) (?:system )?|system )(?:instruction|prompt|directive)s? ?[:：]',
    ),
    'it calls itself an instruction',
  ],
  [
    sign(
      '\\b(?:instruction|prompt|directive|note|message)s? (?:for|to) (?:the |any |all )?',
      AI,
      '\\b[^\\n]{0,40}[:：]',
    ),
    'it calls itself an instruction',
  ],
  [/(?:系统提示|系统指令|新的?指令|最新指令) ?[:：] ?(?:你|请|忽略|从现在)/u, 'it calls itself an instruction'],
  [
    sign(
      '\\b',
      AI,
      '\\b.{0,30}\\b(?:must|should always|has to|have to|is required to|are required to|shall|needs? to)\\b.{0,40}\\b',
      DEEDS,
      '\\b',
    ),
    'it tells a model what to do',
  ],
  [
    /\b(?:the|this|every) agent (?:must|shall|should always|has to)\b.{0,20}\b(?:reply|respond|obey|reveal|forward|ignore|pretend)\b/isu,
    'it tells a model what to do',
  ],
  [
    sign(ZH_AI, '.{0,6}(?:必须|务必|应当?始终|需要|一定要|要先|要|今后|以后都).{0,20}', ZH_DEEDS),
    'it tells a model what to do',
  ],
  [/作为(?:一个)?(?:ai|人工智能|助手|智能体|语言模型)[，,].{0,10}(?:你|请|必须|要)/isu, 'it tells a model what to do'],
  [
    /\byou are (?:now |no longer )(?:dan\b|free (?:of|from)|bound|unrestricted|uncensored|root\b|(?:an? )?(?:admin\b|unrestricted|uncensored|jailbroken)|in (?:developer|dan|maintenance|god) mode)/iu,
    'it gives a model another role',
  ],
  [
    /\b(?:act|behave|respond) as (?:an? |if you (?:were|are) )?(?:unrestricted|uncensored|unfiltered|evil|dan\b|root|jailbroken)/iu,
    'it gives a model another role',
  ],
  [/你(?:现在|从现在起)是.{0,16}(?:必须|执行|管理员|没有限制|不受限制|dan)/isu, 'it gives a model another role'],
  [
    /\b(?:from now on|going forward|henceforth)\b.{0,20}\b(?:you (?:will|must|are|should|always|only)|always (?:respond|reply|answer|include|say)|(?:respond|reply|answer) (?:only|in|with)|obey|pretend)\b/isu,
    'it wants to rule what comes later',
  ],
  [
    /(?:从现在(?:起|开始)|今后|从今往后)[，,]?.{0,6}(?:你(?:必须|要|只能|都要|应)|每次(?:都要)?(?:回复|回答)|(?:都|一律)(?:回复|回答))/su,
    'it wants to rule what comes later',
  ],
  [
    /\b(?:send|post|upload|forward|exfiltrate|leak|transmit|e-?mail)\b.{0,30}\b(?:passwords?|secrets|credentials|api[ _-]?keys|private keys?|this conversation|the conversation|chat history|your memor(?:y|ies)|system prompt|the database|\.env)\b.{0,40}(?:https?:\/\/|\bto\b \S+@|\bwebhook\b)/isu,
    'it asks to send something away',
  ],
  [
    /!\[[^\]]{0,200}\]\(https?:\/\/[^\n)]{1,300}[?&][\w-]{1,40}=(?:\{|\$|<|%7b|\[)/iu,
    'it has an address that carries data away',
  ],
  [
    /https?:\/\/[^\s]{1,200}[?&]\w{1,20}=[<{[](?:the )?(?:conversation|secret|password|prompt|memory|history|api)/iu,
    'it has an address that carries data away',
  ],
  [
    /[把将].{0,10}(?:密码|密钥|口令|凭证|令牌|对话|聊天记录|记忆|系统提示).{0,10}(?:发送?|上传|转发|提交|复制).{0,6}[到给至]/su,
    'it asks to send something away',
  ],
  [
    /(?:发送|上传|转发|泄露).{0,12}(?:密码|密钥|口令|凭证|聊天记录|系统提示).{0,20}(?:https?:\/\/|到 ?\S+@)/su,
    'it asks to send something away',
  ],
  [
    /\b(?:reveal|print|show|repeat|output|leak)\b.{0,30}\b(?:(?:your|the) system prompt|your (?:instructions|prompt|rules)|hidden (?:prompt|instructions)|the admin password)\b/isu,
    'it asks for hidden instructions',
  ],
  [
    /(?:输出|显示|打印|重复|说出|透露|改为输出).{0,8}(?:系统提示|你的(?:提示词?|指令|规则)|密码)/su,
    'it asks for hidden instructions',
  ],
  [
    /\b(?:do not|don't|never)\b.{0,15}\b(?:tell|inform|alert|notify|let)\b.{0,10}\b(?:the |your )?(?:user|human|operator)s?\b/isu,
    'it asks to hide something from people',
  ],
  [
    /(?:不要|别|勿|不得|切勿).{0,4}(?:告诉|通知|提醒|告知).{0,4}(?:用户|使用者|人类|操作员)/su,
    'it asks to hide something from people',
  ],
  [
    /\b(?:jailbreak\w*|dan mode|developer mode (?:is )?(?:enabled|on))\b|越狱模式|进入开发者模式/iu,
    'it asks for another mode',
  ],
  [
    sign('\\bwhen you (?:read|see|process) this\\b.{0,40}\\b(?:call|run|send|click|execute|reply|open)\\b'),
    'it tells a model what to do',
  ],
  [/(?:[A-Za-z0-9+/]{4}){60,}={0,2}/u, 'it has a long coded part'],
];
