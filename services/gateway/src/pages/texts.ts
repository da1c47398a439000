import type { ErrorCode } from '@holdfast/protocol';

const ENGLISH = {
  lang: 'en',
  login: 'Log in',
  email: 'E-mail address',
  password: 'Password',
  newPassword: 'Password (at least 10 characters)',
  name: 'Name',
  setupTitle: 'Set up Holdfast',
  inviteTitle: 'Join Holdfast',
  setupLead: 'You become the owner of this server.',
  inviteLead: 'You were invited to this server.',
  create: 'Create account',
  otherLanguage: '中文',
  badLink: 'This link was used already, has expired, or is not complete.',
  badLinkHelp:
    'For a new set-up link restart the server: it prints one as long as there is no owner. For a new invitation ask an admin.',
  invalid: 'Fill in all fields: a valid address, a name, and a password of 10 to 128 characters.',
  failed: 'It did not work; the log of the server has the cause.',
};

type Texts = typeof ENGLISH;

const CHINESE: Texts = {
  lang: 'zh',
  login: '登录',
  email: '电子邮箱',
  password: '密码',
  newPassword: '密码（至少 10 个字符）',
  name: '姓名',
  setupTitle: '初始化磐石',
  inviteTitle: '加入磐石',
  setupLead: '您将成为这台服务器的所有者。',
  inviteLead: '您受邀使用这台服务器。',
  create: '创建账户',
  otherLanguage: 'English',
  badLink: '该链接已使用、已过期或不完整。',
  badLinkHelp: '如需新的初始化链接，请重启服务器：只要还没有所有者，启动时就会打印一个。如需新的邀请，请联系管理员。',
  invalid: '请填写所有字段：有效的邮箱、姓名，以及 10 到 128 个字符的密码。',
  failed: '操作未成功，原因见服务器日志。',
};

const PROBLEMS: Readonly<Partial<Record<ErrorCode, { en: string; zh: string }>>> = {
  UNAUTHENTICATED: { en: 'The address or the password is wrong.', zh: '邮箱或密码错误。' },
  RATE_LIMITED: { en: 'Too many attempts. Wait a minute.', zh: '尝试次数过多，请一分钟后再试。' },
  PERMISSION_DENIED: {
    en: 'This is not allowed: the user is disabled, or the invitation is for another address.',
    zh: '不允许此操作：用户已被停用，或邀请属于另一个邮箱。',
  },
  ALREADY_EXISTS: {
    en: 'There is already a user with this address. The link was not used up.',
    zh: '该邮箱已有用户。链接未被消耗。',
  },
  FAILED_PRECONDITION: { en: ENGLISH.badLink, zh: CHINESE.badLink },
  INVALID_ARGUMENT: { en: ENGLISH.invalid, zh: CHINESE.invalid },
};

/** The cookie in which the console, and the link on these pages, keep the chosen language. */
export const LANGUAGE_COOKIE = 'holdfast_lang';

/** What tells a visitor's language: a choice in the address, one made before, or the browser's first language. */
export interface LanguageHints {
  readonly chosen?: string | undefined;
  readonly cookie?: string | undefined;
  readonly accept?: string | undefined;
}

/** The words of the pages: Chinese or English. */
export function textsFor({ accept, chosen, cookie }: LanguageHints): Texts {
  const kept = new RegExp(`(?:^|;\\s*)${LANGUAGE_COOKIE}=(\\w+)`).exec(cookie ?? '')?.[1];
  const first = [chosen, kept, accept?.trim()].find((hint) => hint !== undefined && hint !== '') ?? '';
  return first.toLowerCase().startsWith('zh') ? CHINESE : ENGLISH;
}

/** What went wrong, in the words of the page. */
export function problemText(texts: Texts, code: ErrorCode): string {
  const problem = PROBLEMS[code];
  return problem ? problem[texts.lang === 'zh' ? 'zh' : 'en'] : texts.failed;
}

export type { Texts };
