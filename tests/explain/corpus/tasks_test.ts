import assert from "node:assert/strict";
import {
  buildCorpus,
  buildVocabulary,
  createTaskMaker,
  explanationWords,
  findRewritePairs,
  mayRewrite,
  readCorpus,
  type ReviewSplit,
  type SentencedReview,
  specialWords,
  tasksOfSplit,
  vocabularyOf,
  writeCorpus,
} from "../../../lib/explain/mod.ts";
import { inverseDocumentFrequency } from "../../../lib/eval/mod.ts";
import { withTempFolder } from "../../data/fixtures.ts";

const attributes = new Set(["tone", "price", "neck"]);

Deno.test("a sentence may explain if it has an attribute and is neither short nor long", () => {
  const cases: [sentence: string, explains: boolean][] = [
    ["The tone is great.", true],
    ["The Tone is great.", true],
    ["The sound is great.", false], // No attribute.
    ["Great tone indeed.", false], // Three words.
    ["a b c tone", true],
    [`${"x".repeat(84)} the tone is ok`, true], // 99 characters.
    [`${"x".repeat(85)} the tone is ok`, false],
    [`tone ${"a ".repeat(23)}`, true], // 24 words.
    [`tone ${"a ".repeat(24)}`, false],
    ["", false],
  ];
  for (const [sentence, explains] of cases) {
    assert.equal(explanationWords(sentence, attributes) !== undefined, explains, sentence);
  }
  assert.deepEqual(explanationWords("The Tone is GREAT!", attributes), ["the", "tone", "is", "great"]);
});

/** A review whose sentences all explain; "a/x" is the id of user a's review of item x. */
function reviewOf(id: string, split: ReviewSplit, count = 2, category = "all"): SentencedReview {
  const [user, item] = id.split("/");
  const sentences = Array.from(
    { length: count },
    (_, i) => `The tone of ${item} is what ${user} likes ${i}.`,
  );
  return { id, user, item, category, rating: 4, split, sentences };
}

const corpus = buildCorpus([
  reviewOf("a/x", "train"),
  reviewOf("a/y", "train", 3),
  reviewOf("a/z", "test"),
  reviewOf("a/w", "validation"),
  reviewOf("a/v", "test"),
  reviewOf("b/x", "train", 50),
  reviewOf("b/z", "train", 4),
  reviewOf("c/z", "test"),
  reviewOf("c/w", "train"),
  { ...reviewOf("d/x", "train"), sentences: ["Nothing here explains it."] },
], attributes);
const idsOf = (sentences: readonly number[]) => sentences.map((s) => corpus.sentences[s].id).sort();
const reviewIds = (
  sentences: readonly number[],
) => [...new Set(idsOf(sentences).map((id) => id.split(":")[0]))];

Deno.test("a corpus keeps reviews with a sentence that explains, and its place in the review", () => {
  assert.ok(!corpus.reviews.some(({ id }) => id === "d/x"));
  const { sentences } = buildCorpus([
    {
      ...reviewOf("a/x", "train"),
      sentences: ["Hello.", "The tone is great.", "No.", "The price is great."],
    },
  ], attributes);
  assert.deepEqual(sentences.map(({ id, review }) => [id, review]), [["a/x:1", 0], ["a/x:3", 0]]);
});

Deno.test("candidates are other people's training sentences of the item, references the user's own of other items", () => {
  const { tasks, skipped } = tasksOfSplit(corpus, "test");
  // Nobody else wrote about v; c has a training review of w alone.
  assert.equal(skipped, 1);
  assert.deepEqual(tasks.map(({ user, item }) => `${user}/${item}`), ["a/z", "c/z"]);
  const [task] = tasks;
  assert.deepEqual(reviewIds(task.candidates), ["b/z"], "neither the user's nor another's test review");
  assert.deepEqual(reviewIds(task.references), ["a/x", "a/y"], "neither validation nor test");
  assert.deepEqual(idsOf(task.targets), ["a/z:0", "a/z:1"]);
  assert.equal(corpus.reviews[task.review!].id, "a/z");
});

Deno.test("draws are without replacement, bounded, fixed by the seed, and the order of candidates tells nothing", () => {
  const make = (seed: number, candidates = 30) =>
    createTaskMaker(corpus, { seed, candidates, references: 2 }).make("z", "x", "all")!;
  const task = make(0);
  assert.deepEqual([task.candidates.length, new Set(task.candidates).size], [30, 30]);
  assert.deepEqual(task.references, [], "a user without history");
  assert.deepEqual(task.targets, []);
  assert.deepEqual(make(0), task);
  assert.notDeepEqual(make(1), task);
  assert.notDeepEqual(make(0, 60).candidates, make(0, 60).candidates.toSorted((a, b) => a - b));
  assert.equal(make(0, 60).candidates.length, 52, "all there are");
  const known = createTaskMaker(corpus, { references: 2 }).make("a", "z", "all")!;
  assert.equal(known.references.length, 2);
});

Deno.test("a training review never gets itself as candidate or reference", () => {
  for (const { user, item, candidates, references } of tasksOfSplit(corpus, "train").tasks) {
    for (const s of candidates) assert.notEqual(corpus.reviews[corpus.sentences[s].review].user, user);
    for (const s of references) assert.notEqual(corpus.reviews[corpus.sentences[s].review].item, item);
  }
});

Deno.test("references are of the item's category, of any where the user has none there", () => {
  const two = buildCorpus([
    reviewOf("a/x", "train", 2, "ale"),
    reviewOf("a/y", "train", 2, "stout"),
    reviewOf("b/z", "train", 2, "ale"),
    reviewOf("b/w", "train", 2, "lager"),
  ], attributes);
  const references = (item: string, category: string) =>
    [
      ...new Set(
        createTaskMaker(two).make("a", item, category)!.references.map((s) => two.sentences[s].review),
      ),
    ].sort();
  assert.deepEqual(references("z", "ale"), [0]);
  assert.deepEqual(references("w", "lager"), [0, 1]);
});

Deno.test("the vocabulary has special words first, then words by falling count, numbers as one", () => {
  const sentences = ["b a c a", "a b 42 9.5"].map((line) => line.split(" "));
  const { words, encode } = buildVocabulary(sentences, 7);
  assert.deepEqual(words, [...specialWords, "a", "b"]);
  assert.deepEqual([...encode(["b", "7", "c", "a"])], [6, 3, 4, 5]);
  assert.deepEqual([...vocabularyOf(words).encode(["a"])], [5]);
});

Deno.test("a pair rewrites if words and attributes overlap enough, on both sides", () => {
  const cases: [a: string, b: string, may: boolean][] = [
    ["the tone is warm", "the tone is fine", true],
    ["the tone is warm", "the price is warm", false], // No attribute in common.
    ["great is it", "great is it", false], // No attributes.
    // One word in four of both, and all attributes.
    ["tone b c d", "tone x y z", true],
    ["tone b c d e", "tone x y z w", false],
    // A quarter of the short one is not a quarter of the long one.
    ["tone b c d", "tone x y z w v u t s", false],
    // One of two attributes is half; one of three is not.
    ["tone price is it", "tone and is it", true],
    ["tone price neck it", "tone and is it", false],
    // Six words in common make up for any length; three attributes too.
    ["a b c d e tone", `a b c d e tone ${"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20"}`, true],
  ];
  for (const [a, b, may] of cases) {
    assert.equal(mayRewrite(a.split(" "), b.split(" "), attributes), may, `${a} / ${b}`);
    assert.equal(mayRewrite(b.split(" "), a.split(" "), attributes), may, "the same the other way round");
  }
});

Deno.test("rewrite pairs: the three nearest of other people's training sentences of the item", () => {
  const said = (id: string, split: ReviewSplit, ...sentences: string[]) => ({
    ...reviewOf(id, split),
    sentences,
  });
  const few = buildCorpus([
    said("a/x", "train", "The tone is warm and clear.", "The tone is warm and full."),
    said("b/x", "train", "The tone is warm and clear too.", "A price that is fair for that."),
    said("c/x", "train", "The tone is warm.", "The tone is warm and nice.", "The tone is cold and thin."),
    said("d/x", "test", "The tone is warm and clear."),
    said("e/y", "train", "The tone is warm and clear."),
  ], attributes);
  const idf = inverseDocumentFrequency(few.sentences.map(({ words }) => words));
  const pairs = findRewritePairs(few, attributes, idf)
    .map(([prototype, target]) => [few.sentences[prototype].id, few.sentences[target].id]);
  assert.deepEqual(pairs.filter(([, target]) => target === "a/x:0").map(([prototype]) => prototype), [
    "b/x:0",
    "c/x:0",
    "c/x:1",
  ], "the nearer first, by the cosine of tf-idf");
  assert.ok(!pairs.flat().some((id) => id.startsWith("d/") || id.startsWith("e/")), "training, of one item");
  assert.ok(!pairs.some(([prototype, target]) => prototype[0] === target[0]), "not by the same person");
  assert.ok(!pairs.flat().includes("b/x:1"), "nothing like it");
});

Deno.test("a stored corpus reads back as it was", async () => {
  const stored = {
    ...corpus,
    attributes: ["tone"],
    opinions: ["great"],
    idf: new Map([["tone", 1.5], ["__proto__", 2]]),
    vocabulary: [...specialWords, "tone"],
    test: tasksOfSplit(corpus, "test").tasks,
    validation: tasksOfSplit(corpus, "validation").tasks,
    rewritePairs: [[1, 2]] as [number, number][],
  };
  await withTempFolder(async (folder) => {
    await writeCorpus(folder, stored);
    assert.deepEqual(await readCorpus(folder), stored);
  });
});
