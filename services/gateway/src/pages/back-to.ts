/**
 * Where a log-in leads to: an address of this server, or the start. Another site is never one (an open redirect), nor what
 * browsers read as one (`//evil`, `/\\evil`).
 */
export function backTo(next: string): string {
  if (!/^\/(?![/\\])[\x21-\x7e]*$/.test(next) || next.includes('\\')) return '/';
  return /^\/(login|setup|logout)\b/.test(next) ? '/' : next;
}
