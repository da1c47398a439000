/** What the shape of a word tells of the tool that is wanted, and what short words stand for. */
const SHAPES: readonly (readonly [shape: RegExp, words: string])[] = [
  [/[\w.+-]+@[\w-]+\.[\w.]+/u, 'email address'],
  [/(?:^|[\s(])#[\p{L}][\p{L}\p{N}_-]*/u, 'channel slack message'],
  [/\b[A-Z][A-Z0-9]{1,9}-\d+\b/u, 'issue jira ticket'],
  [/\b[A-Z]{1,2}\d{1,5}(?::| to )[A-Z]{1,2}\d{1,5}\b/u, 'cell range sheet'],
  [/\bhttps?:\/\/\S+/u, 'url page'],
  [/\b\d{1,3}(?:\.\d{1,3}){3}\b/u, 'address dns ip'],
  [/\b(?:www|api|mail|cdn)\.[\w-]+\.[a-z]{2,}/u, 'dns domain'],
  [/\b(?:pr|pull request) ?#?\d*\b/iu, 'pull request github'],
  [/\b(?:mr|merge request) ?!?\d*\b/iu, 'merge request gitlab'],
  [/\bi-[0-9a-f]{3,}\b|\bvms?\b/iu, 'virtual machine instance'],
  [/\bpromql\b/iu, 'prometheus'],
  [/\blogql\b/iu, 'loki'],
  [/\bjql\b/iu, 'jira'],
  [/\bsoql\b/iu, 'salesforce'],
  [/\bk8s\b/iu, 'kubernetes'],
  [/\bec2\b/iu, 'virtual machine'],
  [/\bselect (?:statement|query)|\bsql\b/iu, 'sql query'],
  [/\b(?:cus|sub|ch|pi|in)_\w+/u, 'stripe customer charge'],
  [/\bhow (?:do|can|could) (?:i|we) get (?:from|to)\b/iu, 'directions route'],
  [/\b(?:tomorrow|today|next week|(?:mon|tues|wednes|thurs|fri|satur|sun)day|\d{1,2} ?(?:am|pm))\b/iu, 'time'],
  [/\b(?:spent|took me|worked for?) \S+ (?:hours?|minutes?|days?)\b/iu, 'time spent worklog'],
];

/** Further words for what a query shows without saying it; empty where there is none. */
export function hintsOf(query: string): string {
  return SHAPES.filter(([shape]) => shape.test(query))
    .map(([, words]) => words)
    .join(' ');
}
