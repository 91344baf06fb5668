import { checkFinite, checkLengths, type Numbers } from "../inputs.ts";

/** How the pairs of n items stand in two scorings. All counts together are n (n - 1) / 2. */
export interface PairCounts {
  /** In the same order in both. */
  readonly concordant: number;
  /** In opposite order. */
  readonly discordant: number;
  /** Tied in `a` only. */
  readonly tiedInA: number;
  /** Tied in `b` only. */
  readonly tiedInB: number;
  readonly tiedInBoth: number;
}

/**
 * Counts pairs by their order in two scorings of the same items, in O(n log n): sorted by a, then b, the discordant pairs
 * are the exchanges that sorting by b needs.
 *
 * Source: Knight, "A Computer Method for Calculating Kendall's Tau with Ungrouped Data", JASA 61 (1966).
 *
 * @throws {RangeError} No items, lengths that differ, a score that is not finite.
 */
export function countPairs(what: string, arrays: Record<string, Numbers>): PairCounts {
  checkLengths(what, arrays);
  for (const [name, scores] of Object.entries(arrays)) checkFinite(what, name, scores);
  const [a, b] = Object.values(arrays);
  const n = a.length;
  const order = Uint32Array.from(a, (_, i) => i).sort((i, j) => a[i] - a[j] || b[i] - b[j]);
  const sameA = tiedPairs(n, (k) => a[order[k]] === a[order[k - 1]]);
  const tiedInBoth = tiedPairs(n, (k) => a[order[k]] === a[order[k - 1]] && b[order[k]] === b[order[k - 1]]);
  const values = Float64Array.from(order, (i) => b[i]);
  const discordant = sortCountingExchanges(values);
  const sameB = tiedPairs(n, (k) => values[k] === values[k - 1]);
  return {
    concordant: n * (n - 1) / 2 - sameA - sameB + tiedInBoth - discordant,
    discordant,
    tiedInA: sameA - tiedInBoth,
    tiedInB: sameB - tiedInBoth,
    tiedInBoth,
  };
}

/** Pairs within the runs of 0..n-1 where `joins(k)` says that k goes on with the run of k - 1. */
function tiedPairs(n: number, joins: (k: number) => boolean): number {
  let pairs = 0, run = 0;
  for (let k = 1; k < n; k++) {
    run = joins(k) ? run + 1 : 0;
    pairs += run;
  }
  return pairs;
}

/** Sorts in place, by merging from below, and returns how many pairs stood in descending order. */
function sortCountingExchanges(values: Float64Array): number {
  const n = values.length;
  const merged = new Float64Array(n);
  let exchanges = 0;
  for (let width = 1; width < n; width *= 2) {
    for (let low = 0; low < n; low += 2 * width) {
      const middle = Math.min(low + width, n), high = Math.min(low + 2 * width, n);
      let left = low, right = middle;
      for (let k = low; k < high; k++) {
        if (left < middle && (right === high || values[left] <= values[right])) {
          merged[k] = values[left++];
        } else {
          exchanges += middle - left;
          merged[k] = values[right++];
        }
      }
    }
    values.set(merged);
  }
  return exchanges;
}
