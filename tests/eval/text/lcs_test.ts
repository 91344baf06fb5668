import assert from "node:assert/strict";
import fc from "fast-check";
import { lcsLength, lcsUnion } from "../../../lib/eval/text/lcs.ts";

/** L(i, j): the length for the first i words of a and the first j of b. */
function lengths(a: ArrayLike<number>, b: ArrayLike<number>): number[][] {
  const L = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      L[i][j] = a[i - 1] === b[j - 1] ? L[i - 1][j - 1] + 1 : Math.max(L[i - 1][j], L[i][j - 1]);
    }
  }
  return L;
}

/** Positions in a, read from the end of the table as google-research/rouge reads them. */
function positions(a: ArrayLike<number>, b: ArrayLike<number>): number[] {
  const L = lengths(a, b), found: number[] = [];
  for (let i = a.length, j = b.length; i > 0 && j > 0;) {
    if (a[i - 1] === b[j - 1]) {
      found.unshift(--i);
      j--;
    } else if (L[i][j - 1] > L[i - 1][j]) j--;
    else i--;
  }
  return found;
}

const ones = (union: Uint8Array) => [...union.keys()].filter((i) => union[i] === 1);

/** Up to 100 words, so that rows are up to four blocks of 32 bits, of few kinds or of many. */
const sequences = fc.integer({ min: 1, max: 50 }).chain((kinds) => {
  const sequence = fc.array(fc.nat({ max: kinds }), { maxLength: 100, size: "max" })
    .map((words) => Int32Array.from(words));
  return fc.tuple(sequence, sequence, sequence);
});

Deno.test("longest common subsequences have these lengths", () => {
  const cases: [a: number[], b: number[], length: number][] = [
    [[], [], 0],
    [[1], [], 0],
    [[], [1], 0],
    [[1, 2, 3, 4, 5], [2, 5, 3, 4], 3], // google-research/rouge, testLcsTable
    [[1, 2, 3, 4, 5], [8, 9], 0],
    [[0, 1, 0, 1], [1, 0, 1, 0], 3],
    [[7, 7, 7], [7, 7], 2],
  ];
  for (const [a, b, length] of cases) assert.equal(lcsLength(Int32Array.from(a), Int32Array.from(b)), length);
});

Deno.test("lengths are those of the full table", () => {
  fc.assert(fc.property(sequences, ([a, b]) => {
    assert.equal(lcsLength(a, b), lengths(a, b).at(-1)!.at(-1));
  }));
});

Deno.test("positions are those read from the end of the full table", () => {
  fc.assert(fc.property(sequences, ([a, b]) => assert.deepEqual(ones(lcsUnion(a, [b])), positions(a, b))));
});

Deno.test("a union has the positions of each", () => {
  fc.assert(fc.property(sequences, ([a, b, c]) => {
    const each = new Set([...positions(a, b), ...positions(a, c)]);
    assert.deepEqual(new Set(ones(lcsUnion(a, [b, c]))), each);
  }));
});

Deno.test("the union of the paper's example is w1 w2 w3 w5", () => {
  // Lin 2004, section 3.2.
  const a = Int32Array.of(1, 2, 3, 4, 5);
  const others = [Int32Array.of(1, 2, 6, 7, 8), Int32Array.of(1, 3, 8, 9, 5)];
  assert.deepEqual(ones(lcsUnion(a, others)), [0, 1, 2, 4]);
});

Deno.test("100,000 words have a longest common subsequence with themselves and with their halves", () => {
  const a = Int32Array.from({ length: 100_000 }, (_, i) => i * 7919 % 5003);
  assert.equal(lcsLength(a, a), 100_000);
  assert.equal(lcsLength(a, a.subarray(25_000, 75_000)), 50_000);
});
