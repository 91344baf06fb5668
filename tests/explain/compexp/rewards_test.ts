import assert from "node:assert/strict";
import { extractionRecall, idfBleu, type IdfBleuOptions } from "../../../lib/eval/mod.ts";
import { close } from "../../eval/close.ts";
import { createReward, RatingGuide, type RewardName, vocabularyOf } from "./parts.ts";
import { rated, tinyReader, tinyWorld } from "./tiny_world.ts";

const corpus = tinyWorld();
const parts = {
  corpus,
  // Of the sentences' words the model knows these alone, and one that no sentence has.
  vocabulary: vocabularyOf([...corpus.vocabulary.slice(0, 12), "superb"]),
  guide: new RatingGuide(corpus, tinyReader),
};
const tasks = rated(corpus);
const wordsOf = (sentence: number) => corpus.sentences[sentence].words;
/** Every candidate's words, and some that nobody said: of known words, of one that no sentence has, and none. */
const said = [
  ...tasks[0].candidates.map(wordsOf),
  ["the", "sound", "is", "superb"],
  ["superb", "superb", "superb", "superb"],
  [],
];

/** The options that trainings have, as BLEU of words has them. */
const forms: [name: RewardName, options: IdfBleuOptions][] = [
  ["idf-bleu", { maxOrder: 2 }],
  ["idf-bleu", { maxOrder: 2, weights: [.8, .2], alpha: 10, beta: .5 }],
  ["idf-bleu", { maxOrder: 2, weights: [.8, .2], alpha: 2, beta: .1 }],
  ["bleu", { maxOrder: 2 }],
  ["bleu", { maxOrder: 2, weights: [.8, .2], alpha: 10, beta: .5 }],
];
for (const [name, options] of forms) {
  Deno.test(`${name} with ${JSON.stringify(options)} is the metric of lib/eval, recall its recall`, () => {
    const reward = createReward(parts, name, { ...options, guidance: 0 });
    // BLEU is the same form where all words weigh 1 and rare words are not asked for.
    const [idf, form] = name === "bleu"
      ? [new Map<string, number>(), { ...options, alpha: 0 }]
      : [corpus.idf, options];
    const scores = new Set<number>();
    for (const task of tasks) {
      const references = task.targets.map(wordsOf);
      for (const words of said) {
        const score = reward.score(words, task);
        close(score, idfBleu(words, references, idf, form), 1e-12, words.join(" "));
        scores.add(score);
        for (const extracted of task.candidates.slice(0, 3)) {
          const expected = extractionRecall(words, wordsOf(extracted), references, idf);
          close(reward.recall(words, extracted, task), expected, 1e-12);
        }
      }
      // Twice: the second is remembered.
      for (const sentence of [...task.candidates, ...task.candidates]) {
        assert.equal(reward.scoreOf(sentence, task), reward.score(wordsOf(sentence), task));
      }
    }
    assert.ok(scores.size > 5 && scores.has(0), `${scores.size} different scores`);
  });
}

Deno.test("a sentence of words that the model does not know is worth what its words are", () => {
  const unknown = { ...parts, vocabulary: vocabularyOf(corpus.vocabulary.slice(0, 5)) };
  const reward = createReward(unknown, "idf-bleu", { maxOrder: 2, guidance: 0 });
  const [task] = tasks, [target] = task.targets;
  close(
    reward.scoreOf(target, task),
    idfBleu(wordsOf(target), [wordsOf(target)], corpus.idf, { maxOrder: 2 }),
  );
  assert.ok(reward.scoreOf(target, task) > .9);
  // The mark that stands for unknown words matches none of them.
  assert.equal(reward.score(["<unk>", "<unk>", "<unk>"], task), 0);
});

Deno.test("guidance adds its share of the agreement with the place, whatever the overlap", () => {
  const plain = createReward(parts, "idf-bleu", { maxOrder: 2, guidance: 0 });
  const guided = createReward(parts, "idf-bleu", { maxOrder: 2, guidance: .3 });
  const { guide } = parts;
  for (const task of tasks) {
    for (const words of said) {
      const agreement = guide.agreement(guide.read(words), task.place);
      close(guided.score(words, task), plain.score(words, task) + .3 * agreement);
      assert.equal(
        guided.recall(words, task.candidates[0], task),
        plain.recall(words, task.candidates[0], task),
      );
    }
  }
});

Deno.test("what is remembered of a review holds for every place, and for that review alone", () => {
  const reward = createReward(parts, "idf-bleu", { maxOrder: 2, guidance: .3 });
  const [task, other] = tasks, [sentence] = task.candidates;
  const places = [0, .5, 1].map((place) => reward.scoreOf(sentence, { ...task, place }));
  assert.equal(new Set(places).size, 3);
  [0, .5, 1].forEach((place, i) =>
    assert.equal(places[i], reward.score(wordsOf(sentence), { ...task, place }))
  );
  const [target] = other.targets;
  assert.notEqual(reward.scoreOf(target, other), reward.scoreOf(target, task));
  // Tasks without a review of their own are told apart by their targets.
  const nobody = { ...task, review: undefined };
  assert.equal(
    reward.scoreOf(sentence, { ...nobody, targets: other.targets }),
    reward.score(wordsOf(sentence), { ...task, targets: other.targets }),
  );
  assert.equal(reward.scoreOf(sentence, nobody), reward.scoreOf(sentence, task));
});

Deno.test("guidance without a guide, unknown words and tasks without targets are refused", () => {
  assert.throws(() => createReward({ ...parts, guide: undefined }, "idf-bleu", { guidance: .02 }), {
    name: "RangeError",
    message:
      "Cannot make a reward: guidance is 0.02 of a model without a guide, expected 0 or a model with a reader",
  });
  const [task] = tasks;
  const reward = createReward({ ...parts, guide: undefined }, "bleu", { guidance: 0 });
  for (let i = 0; i < 2; i++) {
    assert.throws(() => reward.score(["the", "zither"], task), {
      name: "RangeError",
      message:
        "Cannot score a sentence: its word 'zither' is not known, expected words of the corpus or the vocabulary",
    });
  }
  assert.throws(() => reward.score(["the"], { ...task, targets: [] }), /reference/);
});
