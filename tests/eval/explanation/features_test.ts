import assert from "node:assert/strict";
import fc from "fast-check";
import { div } from "../../../lib/eval/explanation/div.ts";
import { fcr } from "../../../lib/eval/explanation/fcr.ts";
import { featurePrecisionRecall } from "../../../lib/eval/explanation/feature_precision_recall.ts";
import { fmr } from "../../../lib/eval/explanation/fmr.ts";
import { usr } from "../../../lib/eval/explanation/usr.ts";
import { close } from "../close.ts";
import { lines, outputs, refuses, words } from "./outputs.ts";

const hotel = lines(
  "the room was clean",
  "friendly staff at the front desk",
  "the room was clean",
  "the staff and the room",
  "",
);
const features = ["room", "staff", "front desk", "desk", "pool"];

Deno.test("USR counts outputs that are equal once", () => {
  assert.equal(usr(hotel), 4 / 5);
  assert.equal(usr(lines("a b", "a b", "a b", "a b")), 1 / 4);
  assert.equal(usr([[], []]), 1 / 2);
  assert.equal(usr([["a b"], ["a", "b"], ["a ", "b"], ["1:a", "b"]]), 1, "token borders count");
});

Deno.test("FMR looks for each output's own feature, phrases included", () => {
  const cases: [why: string, output: string, feature: string, expected: number][] = [
    ["a word", "the room was clean", "room", 1],
    ["another word", "the room was clean", "pool", 0],
    ["no part of a word", "the bedroom was clean", "room", 0],
    ["a phrase", "at the front desk", "front desk", 1],
    ["a phrase at the end only in part", "at the front", "front desk", 0],
    ["words of a phrase apart", "front of the desk", "front desk", 0],
    ["words of a phrase turned round", "desk front", "front desk", 0],
    ["white space of any kind", "at the front desk", "  front \t desk ", 1],
    ["case counts", "the Room", "room", 0],
    ["an empty output", "", "room", 0],
    ["Unicode", "das Frühstück 👍", "Frühstück", 1],
  ];
  for (const [why, output, feature, expected] of cases) {
    assert.equal(fmr([words(output)], [feature]), expected, why);
  }
  assert.equal(fmr(hotel, ["room", "front desk", "pool", "staff", "room"]), 3 / 5);
});

Deno.test("FCR counts features that any output names", () => {
  // room, staff, front desk and desk, but no pool.
  assert.equal(fcr(hotel, features), 4 / 5);
  assert.equal(fcr(hotel, new Set(["pool"])), 0);
  assert.equal(fcr([[]], features), 0);
  assert.equal(fcr(hotel, ["room", "room", "front desk", "front  desk"]), 1, "doubles count once");
});

Deno.test("DIV is the mean number of features that two outputs share", () => {
  // room is in 3 outputs and staff in 2: (3 + 1) of 10 pairs. desk and front desk are in one.
  assert.equal(div(hotel, features), 4 / 10);
  assert.equal(div(lines("room pool", "room pool"), features), 2);
  assert.equal(div(lines("room", "pool"), features), 0);
  assert.equal(div([[], []], features), 0);
  assert.equal(div(lines("room room room", "room"), ["room"]), 1, "a feature counts once an output");
});

Deno.test("DIV in linear time is the double loop over pairs", () => {
  fc.assert(fc.property(outputs, (set) => {
    const named = ["room", "front desk", "desk", "部屋"];
    const found = set.map((tokens) =>
      new Set(named.filter((feature) => ` ${tokens.join(" ")} `.includes(` ${feature} `)))
    );
    let shared = 0, pairs = 0;
    found.forEach((a, i) =>
      found.slice(i + 1).forEach((b) => {
        shared += a.intersection(b).size;
        pairs++;
      })
    );
    // An empty token between "front" and "desk" leaves two blanks in the joined text, so no phrase is made up.
    close(div(set, named), shared / pairs);
  }));
});

Deno.test("feature precision and recall, summed over the corpus and averaged over examples", () => {
  const { micro, mean, examples } = featurePrecisionRecall(
    lines("room and pool", "the staff", "nothing", "", "staff at the front desk"),
    [
      lines("the room"), // named room, pool; wanted room: 1 hit.
      lines("a pool", "friendly staff"), // named staff; wanted pool, staff: 1 hit.
      lines("the room"), // named nothing; wanted room.
      lines("no feature"), // neither: left out everywhere.
      lines("we waited"), // named staff, front desk, desk; wanted nothing.
    ],
    features,
  );
  // 2 hits of 2 + 1 + 0 + 0 + 3 named and 1 + 2 + 1 + 0 + 0 wanted.
  assert.deepEqual(micro, { precision: 2 / 6, recall: 2 / 4, f: 4 / 10 });
  // Precision (1/2 + 1 + 0) / 3; recall (1 + 1/2 + 0) / 3; F (2/3 + 2/3 + 0 + 0) / 4.
  close(mean.precision, 1 / 2);
  close(mean.recall, 1 / 2);
  close(mean.f, 1 / 3);
  assert.deepEqual(examples, { precision: 3, recall: 3, f: 4 });
});

Deno.test("where nobody names an attribute, precision and recall are 0 over no examples", () => {
  const none = { precision: 0, recall: 0, f: 0 };
  assert.deepEqual(featurePrecisionRecall([[]], [[[]]], ["room"]), {
    micro: none,
    mean: none,
    examples: none,
  });
});

Deno.test("feature metrics do not depend on the order of outputs and stay in their range", () => {
  const named = ["room", "front desk", "desk", "部屋"];
  fc.assert(fc.property(outputs, outputs, (set, others) => {
    const references = set.map((_, i) => [others[i % others.length]]);
    const truths = set.map((_, i) => named[i % named.length]);
    const moved = set.toReversed();
    for (
      const [here, there, most] of [
        [usr(set), usr(moved), 1],
        [fmr(set, truths), fmr(moved, truths.toReversed()), 1],
        [fcr(set, named), fcr(moved, named.toReversed()), 1],
        [div(set, named), div(moved, named.toReversed()), named.length],
      ]
    ) {
      close(here, there);
      assert.ok(here >= 0 && here <= most, `${here}`);
    }
    const here = featurePrecisionRecall(set, references, named);
    const there = featurePrecisionRecall(moved, references.toReversed(), named);
    for (const average of ["micro", "mean"] as const) {
      for (const key of ["precision", "recall", "f"] as const) {
        close(here[average][key], there[average][key]);
        assert.ok(here[average][key] >= 0 && here[average][key] <= 1);
      }
    }
  }));
});

Deno.test("outputs that are their references have precision and recall 1, more words cost precision only", () => {
  fc.assert(fc.property(outputs, (set) => {
    fc.pre(set.some((tokens) => tokens.includes("room")));
    const same = featurePrecisionRecall(set, set.map((tokens) => [tokens]), ["room", "desk"]);
    const perfect = { precision: 1, recall: 1, f: 1 };
    assert.deepEqual([same.micro, same.mean], [perfect, perfect]);
    const more = featurePrecisionRecall(
      set.map((tokens) => [...tokens, "room"]),
      set.map((tokens) => [tokens]),
      [
        "room",
        "desk",
      ],
    );
    assert.equal(more.micro.recall, 1);
    assert.ok(more.micro.precision <= 1);
  }));
});

Deno.test("USR: twice the same outputs halve it; a match more raises FMR", () => {
  fc.assert(fc.property(outputs, (set) => {
    close(usr([...set, ...set]), usr(set) / 2);
    const truths = set.map(() => "pool");
    assert.equal(fmr(set, truths), 0);
    close(fmr([["pool"], ...set.slice(1)], truths), 1 / set.length);
  }));
});

Deno.test("feature metrics refuse bad input with its place and value", () => {
  refuses([
    [() => usr([]), "Cannot compute USR: outputs is empty, expected at least one example"],
    [() => fmr([], []), "Cannot compute FMR: outputs is empty, expected at least one example"],
    [() => fmr([[]], []), "Cannot compute FMR: features has 0 values, expected 1 as in outputs"],
    [() => fmr([[], []], ["a", " "]), 'Cannot compute FMR: features[1] is " ", expected at least one word'],
    [() => fcr([], ["a"]), "Cannot compute FCR: outputs is empty, expected at least one example"],
    [() => fcr([[]], []), "Cannot compute FCR: featureSet is empty, expected at least one feature"],
    [() => fcr([[]], [""]), 'Cannot compute FCR: a feature of featureSet is "", expected at least one word'],
    [() => div([], ["a"]), "Cannot compute DIV: outputs is empty, expected at least one example"],
    [() => div([["a"]], ["a"]), "Cannot compute DIV: there is 1 output, expected at least 2 to compare"],
    [() => div([[], []], []), "Cannot compute DIV: featureSet is empty, expected at least one feature"],
    [
      () => featurePrecisionRecall([[]], [[]], ["a"]),
      "Cannot compute feature precision and recall: references[0] is empty, expected at least one reference",
    ],
    [
      () => featurePrecisionRecall([[]], [], ["a"]),
      "Cannot compute feature precision and recall: references has 0 values, expected 1 as in outputs",
    ],
  ]);
});
