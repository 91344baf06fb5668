import assert from "node:assert/strict";
import { corpusMeteor, meteor, meteorSignature } from "../../../lib/eval/text/meteor.ts";
import { nlgEvalSample, ofSample } from "./nlg_eval_sample.ts";
import { close } from "../close.ts";

const guide =
  "It is a guide to action which ensures that the military always obeys the commands of the party";
const troops = "It is to insure the troops forever hearing the activity guidebook that party direct";
const references = [
  "It is a guide to action that ensures that the military will forever heed Party commands",
  "It is the guiding principle which guarantees the military forces always being under the command of the Party",
  "It is the practical guide for the army always to heed the directions of the party",
];

// Values: NLTK 3.8, meteor_score of nltk.translate, with a WordNet whose synsets() finds nothing.
Deno.test("METEOR of NLTK's documented sentences is NLTK's", () => {
  close(meteor(guide, references), 0.6944444444444445, 1e-12, "the documented 0.6944");
  close(meteor(guide, [references[0]]), 0.6944444444444445);
  close(meteor(guide, [references[1]]), 0.625);
  close(meteor(guide, [references[2]]), 0.5114197530864197);
  close(meteor(troops, references), 0.3035391371738569);
  close(meteor(troops, [references[1]]), 0.21136363636363634);
});

Deno.test("METEOR aligns and penalizes as NLTK does", () => {
  const cases: [why: string, hypothesis: string, reference: string, expected: number][] = [
    ["two words in one chunk", "the cat", "the cat", 1 - .5 * (1 / 2) ** 3],
    ["case does not count", "The Tuner", "the tuner", 0.9375],
    ["lower case before stems", "DYING", "dying", .5],
    ["one word", "cat", "cat", .5],
    ["a chunk that begins with the reference, but not with the hypothesis", "x a", "a", 0.45454545454545453],
    ["two words of three", "x a b", "a b", 0.8928571428571429],
    ["equal words before equal stems", "a string", "a string strings", 0.6465517241379309],
    ["stems", "flies and dies", "fly and die", 1 - .5 * (1 / 3) ** 3],
    ["words in front of stems", "dying strings", "die string strings", 0.3448275862068965],
    ["stems of words", "strings sounded great", "the string sounds great", 0.754985754985755],
    ["the last of several equal words", "a b a c a", "a a b c", 0.4878048780487805],
    ["nothing in common", "x y", "z", 0],
    ["no words", "", "cat", 0],
    ["no words but white space", " \n\t", "cat", 0],
    ["no reference words", "cat", "", 0],
    ["nothing at all", "", "", 0],
    ["emoji", "🎸 👍🏽", "🎸 👍🏽", 0.9375],
    ["the NEL of Python's split", "a\u0085b", "a b", 0.9375],
  ];
  for (const [why, hypothesis, reference, expected] of cases) {
    close(meteor(hypothesis, [reference]), expected, 1e-12, why);
  }
});

Deno.test({
  name: `METEOR of the nlg-eval sample is NLTK's without WordNet${ofSample.suffix}`,
  ignore: ofSample.ignore,
  async fn() {
    const { hypotheses, references } = await nlgEvalSample();
    close(meteor(hypotheses[0], references[0]), 0.350076103500761);
    close(meteor(hypotheses[1], references[1]), 0.6133120078740157);
    const { score, signature } = corpusMeteor(hypotheses, references);
    close(score, (0.350076103500761 + 0.6133120078740157) / 2);
    assert.equal(signature, meteorSignature(2));
  },
});

Deno.test("the signature has stages and parameters", () => {
  assert.equal(
    meteorSignature(),
    "METEOR|nrefs:1|case:lc|tok:whitespace|stages:exact,porter|align:greedy-from-end|alpha:0.9|beta:3|gamma:0.5|v1",
  );
  assert.match(corpusMeteor(["a", "b"], [["a"], ["b", "c"]]).signature, /\|nrefs:var\|/);
});

Deno.test("METEOR refuses what it cannot score", () => {
  const cases: [act: () => unknown, message: string][] = [
    [() => meteor("a", []), "Cannot compute METEOR: references is empty, expected at least one reference"],
    [() => corpusMeteor([], []), "Cannot compute METEOR: there are no hypotheses, expected at least one"],
    [
      () => corpusMeteor(["a"], [["a"], ["b"]]),
      "Cannot compute METEOR: there are 1 hypotheses and 2 sets of references, expected one set a hypothesis",
    ],
    [
      () => corpusMeteor(["a"], [[]]),
      "Cannot compute METEOR: references[0] is empty, expected at least one reference",
    ],
  ];
  for (const [act, message] of cases) assert.throws(act, { name: "RangeError", message });
  assert.throws(() => meteor("a", "a" as unknown as string[]), {
    name: "TypeError",
    message: "Cannot compute METEOR: references is string, expected an array of references",
  });
});
