/** The one of `names` that was most likely meant by `wrong`, or undefined where none comes near. */
export function nearestName(wrong: string, names: readonly string[]): string | undefined {
  const most = Math.max(2, Math.floor(wrong.length / 3));
  const [best] = names
    .map((name) => ({ name, distance: distance(wrong.toLowerCase(), name) }))
    .filter((one) => one.distance <= most)
    .sort((a, b) => a.distance - b.distance);
  return best?.name;
}

/** Edit distance, bounded in cost by the names of tools being short. */
function distance(given: string, name: string): number {
  const wrong = given.slice(0, 100);
  let row = Array.from({ length: name.length + 1 }, (_, index) => index);
  for (let i = 1; i <= wrong.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= name.length; j += 1) {
      const replaced = (row[j - 1] ?? 0) + (wrong[i - 1] === name[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[name.length] ?? 0;
}
