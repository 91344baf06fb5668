/**
 * Optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours that turn `a`
 * into `b`, no part edited twice (Damerau, 1964; Levenshtein, 1966).
 */
export function editDistance(a: string, b: string): number {
  // Three rows of the table are enough: row i - 2 serves the swaps.
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, substitution);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    [beforeLast, last] = [last, row];
  }
  return last[b.length];
}

/** The candidate that `name` was probably meant to be, or undefined when none is near (a third of its letters). */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  let nearest: string | undefined;
  let least = Math.max(2, Math.ceil(name.length / 3)) + 1;
  for (const candidate of candidates) {
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < least) [nearest, least] = [candidate, distance];
  }
  return nearest;
}

/** The end of a message about an unknown name: `expected "epochs"`, or the whole list when none is near. */
export function expectedNames(name: string, candidates: readonly string[]): string {
  const nearest = nearestName(name, candidates);
  if (nearest !== undefined) return `expected "${nearest}" perhaps`;
  return candidates.length === 0
    ? "expected none"
    : `expected one of ${candidates.map((candidate) => `"${candidate}"`).join(", ")}`;
}
