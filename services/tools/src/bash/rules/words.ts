/** A list of words, written with spaces between them. */
export function words(...lists: readonly (string | readonly string[])[]): string[] {
  return lists.flatMap((list) => (typeof list === 'string' ? list.split(' ') : list));
}
