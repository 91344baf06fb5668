import { grown } from "./ngram_ids.ts";

/**
 * Length of a longest common subsequence of two sequences of word numbers (integers from 0 up).
 *
 * Bit-parallel: at most n m / 32 steps, a few for two sentences, and O(n + m) memory.
 *
 * Source: Hyyrö, "Bit-parallel LCS-length computation revisited", AWOCA 2004.
 */
export function lcsLength(a: Int32Array, b: Int32Array): number {
  if (a.length <= 32) return lcsLengthOfSentence(a, b);
  const masks = positionMasks(a);
  const row = firstRow(a.length);
  for (const word of b) advance(row, masks, word);
  let zeros = 0;
  for (const bits of row) zeros += popCount(~bits);
  return zeros;
}

/** Bit i of `positions[w]` is set where word w stands at place i of the sentence at hand; 0 for all words between calls. */
let positions = new Uint32Array(1024);

/** The same for an `a` of at most 32 words, whose row is a single integer. */
function lcsLengthOfSentence(a: Int32Array, b: Int32Array): number {
  for (let i = 0; i < a.length; i++) {
    if (a[i] >= positions.length) positions = grown(positions, 2 * a[i]);
    positions[a[i]] |= 1 << i;
  }
  let V = -1;
  for (let j = 0; j < b.length; j++) {
    const M = b[j] < positions.length ? positions[b[j]] : 0;
    V = (V + (V & M)) | (V & ~M);
  }
  for (let i = 0; i < a.length; i++) positions[a[i]] = 0;
  return popCount(~V);
}

/**
 * Union of longest common subsequences: 1 at each position of `a` whose word is in that of `a` and any of `others`.
 *
 * Of several longest subsequences of `a` and b it is the one read from the ends of the full table: both ends go where
 * the words are equal, else that of b if its prefix loses nothing that the other keeps (L(i, j-1) > L(i-1, j)), else
 * that of `a`. Takes n m / 8 bytes, m the longest of `others`.
 */
export function lcsUnion(a: Int32Array, others: readonly Int32Array[]): Uint8Array {
  const union = new Uint8Array(a.length);
  const masks = positionMasks(a);
  for (const b of others) {
    const row = firstRow(a.length), width = row.length;
    const rows = new Uint32Array(width * b.length);
    for (let j = 0; j < b.length; j++) {
      advance(row, masks, b[j]);
      rows.set(row, j * width);
    }
    for (let i = a.length - 1, j = b.length - 1; i >= 0 && j >= 0;) {
      if (a[i] === b[j]) {
        union[i--] = 1;
        j--;
      } else if ((rows[j * width + (i >>> 5)] >>> (i & 31) & 1) === 0) {
        // L(i, j) > L(i-1, j); the words differ, so that L(i, j-1) is as large as L(i, j).
        j--;
      } else {
        i--;
      }
    }
  }
  return union;
}

/** Where each word stands: word w in the bits of `masks[k]` of block `blocks[k]`, starts[w] <= k < starts[w + 1]. */
interface PositionMasks {
  readonly starts: Uint32Array;
  readonly blocks: Uint32Array;
  readonly masks: Uint32Array;
}

function positionMasks(a: Int32Array): PositionMasks {
  let words = 0;
  for (const word of a) words = Math.max(words, word + 1);
  const starts = new Uint32Array(words + 2);
  const last = new Int32Array(words).fill(-1);
  for (let i = 0; i < a.length; i++) {
    if (last[a[i]] !== i >>> 5) starts[a[i] + 2]++;
    last[a[i]] = i >>> 5;
  }
  for (let w = 2; w < starts.length; w++) starts[w] += starts[w - 1];
  // starts[w + 1] runs from where word w begins to where it ends, which is where w + 1 begins.
  const blocks = new Uint32Array(starts[words + 1]), masks = new Uint32Array(blocks.length);
  last.fill(-1);
  for (let i = 0; i < a.length; i++) {
    if (last[a[i]] !== i >>> 5) blocks[starts[a[i] + 1]++] = i >>> 5;
    last[a[i]] = i >>> 5;
    masks[starts[a[i] + 1] - 1] |= 1 << (i & 31);
  }
  return { starts, blocks, masks };
}

/**
 * The row of an empty b. Bit i of a row is 0 where L(i + 1, j) = L(i, j) + 1, L(i, j) the length for the first i
 * words of a and the first j of b; bits past the end of a stay 1.
 */
function firstRow(n: number): Uint32Array {
  return new Uint32Array((n + 31) >>> 5).fill(0xffffffff);
}

/** V <- (V + (V & M)) | (V & ~M), as one long integer; blocks without the word change by a carry only. */
function advance(V: Uint32Array, { starts, blocks, masks }: PositionMasks, word: number): void {
  if (word + 2 >= starts.length) return;
  let carry = 0, next = 0;
  for (let k = starts[word]; k < starts[word + 1]; k++) {
    for (; carry === 1 && next < blocks[k]; next++) carry = addCarry(V, next);
    next = blocks[k];
    const v = V[next], u = v & masks[k];
    const sum = v + (u >>> 0) + carry;
    V[next++] = sum | (v & ~masks[k]);
    carry = sum > 0xffffffff ? 1 : 0;
  }
  for (; carry === 1 && next < V.length; next++) carry = addCarry(V, next);
}

/** V <- (V + 1) | V in one block; returns the carry. */
function addCarry(V: Uint32Array, block: number): number {
  const v = V[block];
  V[block] = (v + 1) | v;
  return v === 0xffffffff ? 1 : 0;
}

function popCount(bits: number): number {
  bits -= bits >>> 1 & 0x55555555;
  bits = (bits & 0x33333333) + (bits >>> 2 & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}
