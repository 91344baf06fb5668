/**
 * The names that share the most pairs of letters with `name` (Dice's coefficient), best first, at most three. Part
 * of a name finds the whole, as "nash" finds "nash-mtl", which an edit distance would not.
 */
export function nearestNames(name: string, candidates: readonly string[]): string[] {
  const wanted = letterPairs(name);
  const likeness = (candidate: string) => {
    const pairs = letterPairs(candidate);
    return 2 * wanted.intersection(pairs).size / (wanted.size + pairs.size);
  };
  return candidates
    .map((candidate) => ({ candidate, likeness: likeness(candidate) }))
    .filter(({ likeness }) => likeness >= 0.3)
    .sort((a, b) => b.likeness - a.likeness)
    .slice(0, 3)
    .map(({ candidate }) => candidate);
}

/**
 * The end of a message about an unknown name: `expected 'epochs'`, several names if several are near, or the whole
 * list where none is.
 */
export function expectedNames(name: string, candidates: readonly string[]): string {
  if (candidates.length === 0) return "expected none";
  const near = nearestNames(name, candidates);
  return `expected ${
    (near.length > 0 ? near : candidates).map((candidate) => `'${candidate}'`).join(" or ")
  }`;
}

function letterPairs(name: string): Set<string> {
  // A blank at either end lets the first and last letters count on their own.
  const letters = ` ${name.toLowerCase().replaceAll(/[^a-z0-9]/g, "")} `;
  return new Set(Array.from({ length: letters.length - 1 }, (_, i) => letters.slice(i, i + 2)));
}
