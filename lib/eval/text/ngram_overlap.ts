import { NgramIds } from "./ngram_ids.ts";

/** How many n-grams of one order two sequences have, and have in common. */
export interface NgramOverlap {
  readonly hypothesis: number;
  readonly reference: number;
  readonly matches: number;
}

/** The same of n-grams as they occur (a match counts as often as both have it), and of sets of n-grams. */
export interface NgramOverlaps {
  readonly occurrences: NgramOverlap;
  readonly distinct: NgramOverlap;
}

/** A fresh one would cost more than two sentences. */
const shared = new NgramIds();

/**
 * Overlap of the n-grams of two sequences of integers, such as word numbers or code points; element n - 1 is of order
 * n, from 1 to `maxOrder`. Takes O(maxOrder (h + r)) time and O(h + r) memory: numbers of n-grams run anew in each
 * order, and serve the next one as prefixes.
 */
export function ngramOverlaps(
  hypothesis: Int32Array,
  reference: Int32Array,
  maxOrder: number,
): NgramOverlaps[] {
  const ids = shared;
  /** By position: the number of the n-gram that begins there. */
  const inHypothesis = new Int32Array(hypothesis.length), inReference = new Int32Array(reference.length);
  /** By number: how often the hypothesis has an n-gram, and the reference. */
  const h = new Int32Array(hypothesis.length + reference.length), r = new Int32Array(h.length);

  return Array.from({ length: maxOrder }, (_, index) => {
    if (index > 0) {
      h.fill(0, 0, ids.size);
      r.fill(0, 0, ids.size);
    }
    ids.clear();
    for (let i = 0; i + index < hypothesis.length; i++) {
      h[inHypothesis[i] = ids.idOf(inHypothesis[i], hypothesis[i + index])]++;
    }
    const distinctHypothesis = ids.size;
    let matches = 0, distinctReference = 0, distinctMatches = 0;
    for (let i = 0; i + index < reference.length; i++) {
      const id = inReference[i] = ids.idOf(inReference[i], reference[i + index]);
      if (r[id] < h[id]) matches++;
      if (r[id]++ > 0) continue;
      distinctReference++;
      if (h[id] > 0) distinctMatches++;
    }
    return {
      occurrences: {
        hypothesis: Math.max(0, hypothesis.length - index),
        reference: Math.max(0, reference.length - index),
        matches,
      },
      distinct: { hypothesis: distinctHypothesis, reference: distinctReference, matches: distinctMatches },
    };
  });
}
