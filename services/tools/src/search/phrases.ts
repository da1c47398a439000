/** Turns of phrase whose words say something else when they stand alone, with what they say. */
const PHRASES: Readonly<Record<string, string>> = {
  'look for': 'search',
  'look up': 'search',
  'look at': 'view',
  'find out': 'get',
  'bring back': 'restore',
  'go back to': 'undo restore previous',
  'roll back': 'rollback undo',
  'hand in': 'submit',
  'hand over': 'assign',
  'turn in': 'submit',
  'kick off': 'start',
  'set off': 'start trigger',
  'tick off': 'complete',
  'set up': 'create configure',
  'shut down': 'stop',
  'switch on': 'turn on enable',
  'switch off': 'turn off disable',
  'put off': 'postpone update',
  'get rid of': 'delete remove',
  'take down': 'delete stop',
  'throw away': 'delete',
  'sign up': 'register create',
  'sign off': 'approve',
  'say no': 'decline respond',
  'say yes': 'accept respond',
  'cut out': 'remove',
  'clean up': 'prune remove',
  'write down': 'create note',
  'back up': 'backup',
  'free up': 'prune reclaim',
  'work out': 'compute',
  'let know': 'notify send',
  'out of office': 'vacation responder',
  'how many': 'count',
  'how much': 'cost amount',
  'how long': 'duration time',
  'how far': 'distance',
  'who can': 'access permission',
  'who may': 'access permission',
  'set aside': 'stash',
  'at the end of': 'append end',
  'out of date': 'outdated',
  'up to date': 'fresh',
  'take away': 'revoke remove',
  'go away': 'expire delete',
  'reports to': 'reporting manager',
  'have to do': 'todo tasks',
  'deal with': 'acknowledge',
  'dealing with': 'acknowledge',
  'pass on': 'forward',
  'picture of': 'screenshot image',
};

const PATTERN = new RegExp(`\\b(?:${Object.keys(PHRASES).join('|')})\\b`, 'giu');

/** The name of a file says less of the tool than that it is a file, and of which kind. */
const FILE_NAME =
  /[\p{L}\p{N}_-]+\.(zip|pdf|csv|json|xml|ya?ml|md|txt|docx?|xlsx?|png|jpe?g|svg|mp[34]|wav|html?)\b/giu;

/** The text with its turns of phrase replaced by what they say. */
export function plainWords(text: string): string {
  return text.replace(FILE_NAME, '$1 file').replace(PATTERN, (phrase) => PHRASES[phrase.toLowerCase()] ?? phrase);
}
