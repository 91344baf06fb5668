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

/**
 * Overlap of the n-grams of two sequences of integers, such as word numbers or code points; element n - 1 is of order
 * n, from 1 to `maxOrder`. Takes O(maxOrder (h + r)) time and O(h + r) memory.
 */
export function ngramOverlaps(
  hypothesis: Int32Array,
  reference: Int32Array,
  maxOrder: number,
): NgramOverlaps[] {
  const h = hypothesis.length, length = h + reference.length;
  const words = new Int32Array(length);
  words.set(hypothesis);
  words.set(reference, h);

  // An n-gram is the number of a shorter one, its prefix, and one more word; numbers run from 0 anew in each order.
  const numbers = new Int32Array(length); // by position, of the n-gram that begins there; all empty ones are 0
  const prefixes = new Int32Array(length), lasts = new Int32Array(length); // by number
  const inHypothesis = new Int32Array(length), inReference = new Int32Array(length); // by number
  let slots = 16;
  while (slots < 2 * length) slots *= 2;
  const table = new Int32Array(slots); // number + 1; 0 is free
  let size = 0;

  /** Numbers the n-gram that begins at `start`. */
  function number(start: number, order: number): number {
    const prefix = numbers[start], last = words[start + order - 1];
    let slot = hash(prefix, last) & (slots - 1);
    for (; table[slot] !== 0; slot = (slot + 1) & (slots - 1)) {
      const found = table[slot] - 1;
      if (prefixes[found] === prefix && lasts[found] === last) return numbers[start] = found;
    }
    prefixes[size] = prefix;
    lasts[size] = last;
    inHypothesis[size] = inReference[size] = 0;
    table[slot] = size + 1;
    return numbers[start] = size++;
  }

  return Array.from({ length: maxOrder }, (_, index) => {
    const order = index + 1;
    table.fill(0);
    size = 0;
    for (let i = 0; i + order <= h; i++) inHypothesis[number(i, order)]++;
    const distinctHypothesis = size;
    let matches = 0, distinctMatches = 0, distinctReference = 0;
    for (let i = h; i + order <= length; i++) {
      const id = number(i, order), before = inReference[id]++;
      if (before < inHypothesis[id]) matches++;
      if (before > 0) continue;
      distinctReference++;
      if (inHypothesis[id] > 0) distinctMatches++;
    }
    return {
      occurrences: {
        hypothesis: Math.max(0, h - index),
        reference: Math.max(0, reference.length - index),
        matches,
      },
      distinct: { hypothesis: distinctHypothesis, reference: distinctReference, matches: distinctMatches },
    };
  });
}

/** MurmurHash3's finalizer over both numbers. */
function hash(prefix: number, last: number): number {
  let k = Math.imul(prefix, 0x9e3779b1) ^ last;
  k = Math.imul(k ^ k >>> 16, 0x85ebca6b);
  k = Math.imul(k ^ k >>> 13, 0xc2b2ae35);
  return k ^ k >>> 16;
}
