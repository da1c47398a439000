const list = (words: string): ReadonlySet<string> => new Set(words.trim().split(/\s+/));

/** English words that say nothing of what a text is about; without apostrophes. */
export const STOP_WORDS = list(`
a about am an and any are arent as at be been being both but by can cannot cant could couldnt did didnt do does doesnt
doing dont each eg etc for from had hadnt has hasnt have havent having he her here hers herself him
himself his how i ie if in into is isnt it its itself just let lets me mightnt mine more most
mustnt my myself no nor not of off on once only or other ought our ours ourselves out own same shall shant she
should shouldnt so some such than that the their theirs them themselves then there these they
  this those through to too under until up upon us very was wasnt we were werent what
whatever when where which while who whom whose why will with wont would wouldnt yes you your
yours yourself yourselves
`);

/** What a question is asked with and is not about. They are dropped from queries only. */
export const QUESTION_WORDS = list(`
tell please many much ever kindly describe explain mention mentioned say said says according recall remember know
`);

/** Chinese particles: alone they are no term. */
export const HAN_STOPS = new Set(
  '的了吗呢吧啊呀嘛么着们地得之与及和或而且也都就还又在是有把被给对从到为以于这那其我你您他她它',
);

/** What a Chinese question is asked with, the longer first; a question is cut there. */
export const HAN_QUESTIONS =
  /请问|请告诉我|告诉我|什么时候|什么时间|什么地方|为什么|什么样|什么|怎么样|怎么|怎样|哪一年|哪一天|哪里|哪儿|哪些|哪个|哪位|哪|多少|几个|几次|几点|是不是|有没有|能不能|会不会|可不可以|是否|如何|为何|何时|谁|吗|呢|呀|啊|嘛/gu;

/** Particles that pairs of a question are dropped for. */
export const HAN_GLUE = new Set('的了吗呢啊呀嘛们是在把被与');

/** Pairs with such a particle that are words all the same. */
export const HAN_WORDS_WITH_GLUE = list(
  '目的 的确 的士 了解 为了 除了 现在 存在 正在 在线 在职 内在 实在 参与 与会 把握 被子 被告 棉被 算是 于是',
);
