import assert from "node:assert/strict";
import fc from "fast-check";
import { createRandom } from "../../../lib/random/mod.ts";
import { decodeByBeam, decodeBySampling, decodeGreedily, type WordWriter } from "./parts.ts";

const [eos, a, b, c] = [2, 5, 6, 7];
const VOCABULARY = 8;

type Table = (row: number, before: readonly number[]) => Record<number, number>;

/** A writer that reads the next word's probabilities from a table, by row and the words so far. */
function tableWriter(
  table: Table,
): WordWriter<(readonly [row: number, ...number[]])[]> & { steps: number[] } {
  const steps: number[] = [];
  return {
    vocabulary: VOCABULARY,
    steps,
    step(state, words) {
      steps.push(words.length);
      assert.equal(state.length, words.length);
      // The start mark is no word of a sentence.
      const next = state.map((row, i) => (words[i] === 1 ? row : [...row, words[i]]) as typeof row);
      const scores = new Float32Array(words.length * VOCABULARY).fill(-Infinity);
      for (const [i, [row, ...before]] of next.entries()) {
        for (const [word, p] of Object.entries(table(row, before))) {
          // Scores are no probabilities: any number may be added to those of a row.
          scores[i * VOCABULARY + Number(word)] = Math.log(p) + 3;
        }
      }
      return Promise.resolve({ state: next, scores });
    },
    select: (state, rows) => Array.from(rows, (row) => state[row]),
  };
}
const startOf = (rows: number) => Array.from({ length: rows }, (_, row) => [row] as [number]);
const plain = (sentences: Int32Array[]) => sentences.map((words) => [...words]);

/** The trap of greed: `a` is likelier first, but `b c` is the likelier sentence. */
const trap: Table = (_, before) => {
  switch (before.join(" ")) {
    case "":
      return { [a]: 0.6, [b]: 0.4 };
    case `${a}`:
      return { [a]: 0.4, [b]: 0.3, [eos]: 0.3 };
    case `${b}`:
      return { [c]: 0.9, [eos]: 0.1 };
    default:
      return { [eos]: 1 };
  }
};

Deno.test("greedy takes the likeliest word at each step; rows that ended leave the batch", async () => {
  const writer = tableWriter((row, before) =>
    row === 0 && before.length === 1 ? { [eos]: 1 } : trap(row, before)
  );
  const sentences = await decodeGreedily(writer, startOf(3), 3, { shortest: 0 });
  assert.deepEqual(plain(sentences), [[a], [a, a], [a, a]]);
  assert.deepEqual(writer.steps, [3, 3, 2]);
});

Deno.test("lengths: none below the shortest, none above the longest; of equals the first word", async () => {
  const ends: Table = () => ({ [eos]: 0.8, [b]: 0.1, [c]: 0.1 });
  assert.deepEqual(plain(await decodeGreedily(tableWriter(ends), startOf(1), 1)), [[b, b, b, b]]);
  assert.deepEqual(plain(await decodeGreedily(tableWriter(ends), startOf(1), 1, { shortest: 0 })), [[]]);
  const never: Table = () => ({ [a]: 1 });
  for (const decode of [decodeGreedily, decodeByBeam]) {
    assert.deepEqual(plain(await decode(tableWriter(never), startOf(1), 1, { longest: 3 })), [[a, a, a]]);
  }
  assert.deepEqual(plain(await decodeGreedily(tableWriter(never), startOf(0), 0)), []);
});

Deno.test("words that stand for others are never written, however likely", async () => {
  const specials: Table = () => ({ 0: 0.2, 1: 0.2, 3: 0.2, 4: 0.3, [c]: 0.1 });
  const options = { longest: 4, random: createRandom(1) };
  for (const decode of [decodeGreedily, decodeByBeam, decodeBySampling]) {
    assert.deepEqual(plain(await decode(tableWriter(specials), startOf(1), 1, options)), [[c, c, c, c]]);
  }
});

Deno.test("samples follow the distribution, of the top words alone where that is asked", async () => {
  const rows = 4000;
  const table: Table = (_, before) => before.length === 0 ? { [a]: 0.5, [b]: 0.3, [c]: 0.2 } : { [eos]: 1 };
  const shares = async (top?: number) => {
    const options = { random: createRandom(4), shortest: 0, top };
    const sentences = await decodeBySampling(tableWriter(table), startOf(rows), rows, options);
    return [a, b, c].map((word) => sentences.filter(([first]) => first === word).length / rows);
  };
  const near = (shares: number[], expected: number[]) =>
    // Three deviations of a share of 4,000 draws.
    shares.forEach((share, i) => assert.ok(Math.abs(share - expected[i]) < 0.024, `${shares}, ${expected}`));
  near(await shares(), [0.5, 0.3, 0.2]);
  near(await shares(2), [0.625, 0.375, 0]);
  assert.deepEqual(await shares(1), [1, 0, 0]);
  assert.deepEqual(await shares(100), await shares());
});

Deno.test("each row of a sample has its own stream: neighbours that end do not change it", async () => {
  const even: Table = () => ({ [a]: 0.4, [b]: 0.4, [eos]: 0.2 });
  const sample = (table: Table) =>
    decodeBySampling(tableWriter(table), startOf(3), 3, { random: createRandom(2), shortest: 0 });
  const [, second, third] = await sample(even);
  const [first, ...others] = await sample((row, before) => row === 0 ? { [eos]: 1 } : even(row, before));
  assert.equal(first.length, 0);
  assert.deepEqual(others, [second, third]);
});

const searches: [width: number, lengthPenalty: number, expected: number[]][] = [
  // One beginning is greed: P(a a) = .24 against P(a) = .18.
  [1, 0, [a, a]],
  // P(b c) = .36 is the likeliest sentence.
  [2, 0, [b, c]],
  // ln .36 / 3 > ln .24 / 3 > ln .18 / 2.
  [4, 1, [b, c]],
];
for (const [width, lengthPenalty, expected] of searches) {
  Deno.test(`a beam of ${width} with length penalty ${lengthPenalty} finds ${expected.length} words`, async () => {
    const options = { width, lengthPenalty, shortest: 0 };
    assert.deepEqual(plain(await decodeByBeam(tableWriter(trap), startOf(2), 2, options)), [
      expected,
      expected,
    ]);
  });
}

Deno.test("the length penalty decides between a short and a long sentence", async () => {
  // P(c) = .5 and P(a b) = .4: ln .5 / 2 = -.35 against ln .4 / 3 = -.31.
  const table: Table = (_, before) => {
    if (before.length === 0) return { [c]: 0.5, [a]: 0.5 };
    return before[0] === a && before.length === 1 ? { [b]: 0.8, [a]: 0.2 } : { [eos]: 1 };
  };
  const search = (lengthPenalty: number) =>
    decodeByBeam(tableWriter(table), startOf(1), 1, { lengthPenalty, shortest: 0 });
  assert.deepEqual(plain(await search(0)), [[c]]);
  assert.deepEqual(plain(await search(1)), [[a, b]]);
});

/** Draws tables of all histories up to three words, rows that differ among them. */
const drawnTable = fc.integer().map((seed): Table => (row, before) => {
  const random = createRandom(seed).fork(JSON.stringify([row, before]));
  const draws = [a, b, c, eos].map((word) => [word, 0.05 + random.uniform()] as const);
  const sum = draws.reduce((sum, [, p]) => sum + p, 0);
  return Object.fromEntries(draws.map(([word, p]) => [word, p / sum]));
});

Deno.test("a beam that is wide enough finds the best of all sentences; one of width 1 is greedy", async () => {
  await fc.assert(
    fc.asyncProperty(drawnTable, fc.constantFrom(0, 0.5, 1, 2), async (table, lengthPenalty) => {
      const longest = 3, options = { longest, shortest: 1, lengthPenalty };
      const best = [0, 1].map((row) => {
        let found: { words: number[]; score: number } = { words: [], score: -Infinity };
        const visit = (words: number[], logP: number) => {
          const next = table(row, words), may = words.length === 0 ? [a, b, c] : [a, b, c, eos];
          const sum = may.reduce((sum, word) => sum + next[word], 0);
          for (const word of may) {
            const to = logP + Math.log(next[word] / sum), length = words.length + 1;
            const sentence = word === eos ? words : [...words, word];
            if (word !== eos && length < longest) visit(sentence, to);
            else if (to / length ** lengthPenalty > found.score) {
              found = { words: sentence, score: to / length ** lengthPenalty };
            }
          }
        };
        visit([], 0);
        return found.words;
      });
      const wide = await decodeByBeam(tableWriter(table), startOf(2), 2, { ...options, width: 40 });
      assert.deepEqual(plain(wide), best);
    }),
    { numRuns: 40 },
  );
  await fc.assert(
    fc.asyncProperty(drawnTable, async (table) => {
      // Without any penalty the first sentence that ends may still be overtaken, so beginnings are compared alone.
      const options = { longest: 3, shortest: 3 };
      assert.deepEqual(
        plain(await decodeByBeam(tableWriter(table), startOf(2), 2, { ...options, width: 1 })),
        plain(await decodeGreedily(tableWriter(table), startOf(2), 2, options)),
      );
    }),
    { numRuns: 20 },
  );
});

Deno.test("impossible beams are refused", async () => {
  const search = (options: object) => decodeByBeam(tableWriter(trap), startOf(1), 1, options);
  await assert.rejects(search({ width: 0 }), /width is 0, expected a positive integer/);
  await assert.rejects(search({ lengthPenalty: -1 }), /lengthPenalty is -1, expected 0 or more/);
});
