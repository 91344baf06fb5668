import assert from "node:assert/strict";
import { close } from "../../eval/close.ts";
import { evidenceCount, RatingGuide, SentenceEvidence } from "./parts.ts";

/** idf of words; unknown ones have 1. */
const idf = new Map([["a", 1], ["b", 2], ["c", 3], ["d", 4]]);

/** One sentence a review: its split, the stars, the words. */
const said: [split: "train" | "validation" | "test", rating: number, words: string][] = [
  ["train", 5, "a b c"],
  ["train", 3, "a b"],
  ["train", 1, "c a b c"],
  ["train", 4, "d a b"],
  ["test", 2, "c c c c"],
  ["validation", 2, "x y"],
];
const corpusOf = (said: readonly (readonly [split: string, rating: number, words: string])[]) => ({
  idf,
  reviews: said.map(([split, rating], r) => (
    { id: `r${r}`, user: `u${r}`, item: "amp", category: "gear", rating, split: split as "train" }
  )),
  sentences: said.map(([, , text], review) => ({ id: `r${review}:0`, review, text, words: text.split(" ") })),
});
const corpus = corpusOf(said);
const evidence = new SentenceEvidence(corpus);

/** Names and units of the measures, in order. */
const units = {
  ...{ shared1: 0.035, shared2: 0.01, shared3: 0.005, own1: 0.04, own2: 0.012, own3: 0.006 },
  ...{ all1: 0.025, all2: 0.004, length: 0.45, rarity: 0.07, stars: 0.65, guide: 0.24 },
};
type Measure = keyof typeof units;

/** Measures of one hypothesis, their units taken away. */
function measured(
  task: { candidates: number[]; references: number[]; rating: number; place?: number },
  hypothesis: { candidate: number; words?: string[] },
  by = evidence,
): Record<Measure, number> {
  const values = by.measure({ place: 0.5, ...task }, [hypothesis]);
  assert.equal(values.length, evidenceCount);
  const names = Object.entries(units);
  return Object.fromEntries(names.map(([name, unit], f) => [name, values[f] * unit])) as Record<
    Measure,
    number
  >;
}

const task = { candidates: [0, 1, 2], references: [3], rating: 3.5 };
/** Mean over the training sentences of min(0, 1 - theirs / own), by length and by rarity. */
const lengthOf = (own: number) =>
  [3, 2, 4, 3].reduce((sum, other) => sum + Math.min(0, 1 - other / own), 0) / 4;
const rarityOf = (own: number) =>
  [6 / 3, 3 / 2, 6 / 4, 7 / 3].reduce((sum, other) => sum + Math.min(0, 1 - other / own), 0) / 4;

const cases: [
  name: string,
  hypothesis: { candidate: number; words?: string[] },
  expected: Partial<Record<Measure, number>>,
][] = [
  [
    // Words a 1, b 2, c 3 of 6; pairs "a b" 2, "b c" 3; the triple "a b c" 3.
    "a b c",
    { candidate: 0 },
    {
      // Both others have a and b, one has c.
      shared1: (1 * 1 + 2 * 1 + 3 * .5) / 6,
      // Both have "a b", one has "b c".
      shared2: (2 * 1 + 3 * .5) / 5,
      shared3: .5,
      // The reference "d a b" has a, b and "a b".
      own1: 3 / 6,
      own2: 2 / 5,
      own3: 0,
      // Of the four training sentences, itself among them, all have a and b, two have c.
      all1: (1 + 2 + 3 * .5) / 6,
      all2: (2 + 3 * .5) / 5,
      length: lengthOf(3),
      // Looked up in hundredths: 2.00 stands for 2.01.
      rarity: rarityOf(2.01),
      stars: -1.5,
      guide: 0,
    },
  ],
  [
    "a b: as long as it may be, and without triples",
    { candidate: 1 },
    { ...{ shared1: 1, shared2: 1, shared3: 0, own1: 1, own2: 1, own3: 0 }, length: lengthOf(2), stars: -.5 },
  ],
  [
    "c a b c: words count once, rarity is of the distinct ones",
    { candidate: 2 },
    {
      // Pairs "c a" 3, "a b" 2, "b c" 3; triples "c a b" 3, "a b c" 3.
      shared1: (1 + 2 + 3 * .5) / 6,
      shared2: (0 + 2 * 1 + 3 * .5) / 8,
      shared3: (0 + 3 * .5) / 6,
      length: lengthOf(4),
      rarity: rarityOf(1.51),
      stars: -2.5,
    },
  ],
  [
    "other words are measured without the candidate that they were made from, with its stars",
    { candidate: 0, words: ["b", "c", "x"] },
    {
      // b 2, c 3 and the unknown x 1: "a b c" is left out, of the other two both have b, one has c.
      shared1: (2 * 1 + 3 * .5 + 0) / 6,
      // "b c" is in one of them, "c x" in none.
      shared2: (3 * .5 + 0) / 6,
      own1: 2 / 6,
      all1: (2 * 1 + 3 * .5) / 6,
      length: lengthOf(3),
      stars: -1.5,
    },
  ],
  [
    "unknown words alone share nothing",
    { candidate: 1, words: ["x", "y", "z", "x"] },
    {
      ...{ shared1: 0, shared2: 0, shared3: 0, own1: 0, own2: 0, own3: 0, all1: 0, all2: 0 },
      ...{ length: lengthOf(4), rarity: rarityOf(.76) },
    },
  ],
  ["no words at all", { candidate: 1, words: [] }, { ...{ shared1: 0, own1: 0, all1: 0 }, length: -5 }],
];
for (const [name, hypothesis, expected] of cases) {
  Deno.test(`evidence of ${name}`, () => {
    const found = measured(task, hypothesis);
    for (const [measure, value] of Object.entries(expected)) {
      close(found[measure as Measure], value, 1e-6, measure);
    }
  });
}

Deno.test("without hypotheses all candidates are measured, in their order", () => {
  const rows = evidence.measure({ ...task, place: .5 });
  assert.equal(rows.length, 3 * evidenceCount);
  for (const candidate of [0, 1, 2]) {
    const one = evidence.measure({ ...task, place: .5 }, [{ candidate }]);
    assert.deepEqual(rows.subarray(candidate * evidenceCount, (candidate + 1) * evidenceCount), one);
  }
  const words = corpus.sentences[1].words;
  assert.deepEqual(
    evidence.measure({ ...task, place: .5 }, [{ candidate: 1, words }]),
    evidence.measure({ ...task, place: .5 }, [{ candidate: 1 }]),
    "the candidate's own words are the candidate",
  );
});

Deno.test("a single candidate has no others, a user without history no own words", () => {
  const { shared1, shared2, own1, own2, all1 } = measured(
    { candidates: [0], references: [], rating: 5 },
    { candidate: 0 },
  );
  assert.deepEqual([shared1, shared2, own1, own2], [0, 0, 0, 0]);
  assert.ok(all1 > 0);
});

Deno.test("a copy of a sentence among the candidates is another candidate", () => {
  const twice = corpusOf([...said, ["train", 5, "a b c"]]);
  const { shared1, shared3 } = measured(
    { candidates: [0, 6], references: [], rating: 5 },
    { candidate: 0 },
    new SentenceEvidence(twice),
  );
  close(shared1, 1, 1e-6);
  close(shared3, 1, 1e-6);
});

Deno.test("everybody's words are those of training; a corpus without any has none", () => {
  const other = corpusOf(said.map(([split, rating, words], i) => [split, rating, i < 4 ? words : "a b"]));
  assert.deepEqual(
    new SentenceEvidence(other).measure({ ...task, place: .5 }),
    evidence.measure({ ...task, place: .5 }),
  );
  const none = corpusOf(said.map(([, rating, words]) => ["test", rating, words]));
  const { all1, all2, length, rarity } = measured(task, { candidate: 0 }, new SentenceEvidence(none));
  assert.deepEqual([all1, all2, length, rarity], [0, 0, 0, 0]);
});

Deno.test("with a guide the last measure is its agreement with the place, of the words that are said", () => {
  const guide = new RatingGuide(corpus, { mean: 3, weights: new Map([["d", 2], ["x", -1]]) });
  const guided = new SentenceEvidence(corpus, guide);
  for (const place of [0, .3, 1]) {
    const found = measured({ ...task, place }, { candidate: 0 }, guided);
    close(found.guide, guide.agreement(guide.read(["a", "b", "c"]), place), 1e-6);
    const changed = measured({ ...task, place }, { candidate: 0, words: ["x"] }, guided);
    close(changed.guide, guide.agreement(2, place), 1e-6);
    close(found.shared1, measured(task, { candidate: 0 }).shared1, 1e-6, "the others stay");
  }
});
