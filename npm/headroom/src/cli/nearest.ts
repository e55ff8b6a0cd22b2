/**
 * The name that somebody who mistyped may have meant.
 *
 * @module
 */

/** `; did you mean X?` where one of `known` is near to `given`, else nothing. */
export function didYouMean(given: string, known: readonly string[]): string {
  const near = known
    .map((name) => ({ name, distance: name.startsWith(given) && given.length > 3 ? 0 : distance(given, name) }))
    .filter((candidate) => candidate.distance <= Math.max(1, Math.floor(candidate.name.replace(/^-+/, '').length / 3)))
    .sort((a, b) => a.distance - b.distance)[0];
  return near ? `; did you mean ${near.name}?` : '';
}

/** Letters to add, drop, change or swap with their neighbour to make `b` of `a`. */
function distance(a: string, b: string): number {
  if (a.length > 64) return a.length;
  let [beforeLast, last]: number[][] = [[], Array.from({ length: b.length + 1 }, (_, at) => at)];
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const changed = last![j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1] ? beforeLast![j - 2]! + 1 : Infinity;
      row.push(Math.min(last![j]! + 1, row[j - 1]! + 1, changed, swapped));
    }
    [beforeLast, last] = [last, row];
  }
  return last![b.length]!;
}
