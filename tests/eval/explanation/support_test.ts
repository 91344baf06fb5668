import assert from "node:assert/strict";
import fc from "fast-check";
import { indexReviews, type SourcedStatement, support } from "../../../lib/eval/explanation/support.ts";
import { close } from "../close.ts";
import { refuses } from "./outputs.ts";

const says = (item: string, attribute: string, opinion: string, source: string): SourcedStatement => ({
  item,
  attribute,
  opinion,
  source,
});
const reviews = indexReviews([
  says("harbour", "room", "clean", "h1"),
  says("harbour", "staff", "friendly", "h2"),
  says("harbour", "room", "clean", "h3"),
  says("harbour", "room", "clean", "h1"),
  says("station", "room", "small", "s1"),
]);

Deno.test("support is the share of statements that a review of the item makes, with the sentences", () => {
  const generated = [
    { item: "harbour", attribute: "room", opinion: "clean" },
    { item: "harbour", attribute: "room", opinion: "small" }, // Said of the other item only.
    { item: "harbour", attribute: "staff", opinion: "clean" }, // Both words are said, but not together.
    { item: "airport", attribute: "room", opinion: "clean" }, // An item without reviews.
    { item: "station", attribute: "room", opinion: "small" },
  ];
  assert.deepEqual(support(generated, reviews), {
    score: 2 / 5,
    supported: 2,
    sources: [["h1", "h3"], [], [], [], ["s1"]],
  });
});

Deno.test("words are compared to the letter, and no choice of words runs into another", () => {
  const odd = indexReviews([says("a", "b c", "d", "1"), says("constructor", "__proto__", "toString", "2")]);
  const score = (item: string, attribute: string, opinion: string) =>
    support([{ item, attribute, opinion }], odd).score;
  assert.deepEqual(
    [score("a", "b c", "d"), score("a", "b", "c d"), score("a b", "c", "d"), score("a", "B c", "d")],
    [1, 0, 0, 0],
  );
  assert.deepEqual([score("constructor", "__proto__", "toString"), score("toString", "length", "name")], [
    1,
    0,
  ]);
});

const word = fc.constantFrom("a", "b", "", "é");
const statement = fc.record({ item: word, attribute: word, opinion: word, source: word });

Deno.test("a review supports all that it says; no order matters; more reviews never support less", () => {
  const some = fc.array(statement, { minLength: 1, maxLength: 20 });
  fc.assert(fc.property(some, some, (generated, said) => {
    assert.equal(support(generated, indexReviews(generated)).score, 1);
    const { score, supported, sources } = support(generated, indexReviews(said));
    close(score, supported / generated.length);
    assert.equal(sources.length, generated.length);
    close(support(generated.toReversed(), indexReviews(said.toReversed())).score, score);
    assert.ok(support(generated, indexReviews([...said, ...generated.slice(0, 1)])).score >= score);
    generated.forEach(({ item, attribute, opinion }, i) => {
      const found = said.filter((s) => s.item === item && s.attribute === attribute && s.opinion === opinion);
      assert.deepEqual(sources[i], [...new Set(found.map(({ source }) => source))]);
    });
  }));
});

Deno.test("without reviews nothing is supported; without statements there is nothing to judge", () => {
  assert.equal(support([{ item: "a", attribute: "b", opinion: "c" }], indexReviews([])).score, 0);
  refuses([
    [
      () => support([], reviews),
      "Cannot compute support: statements is empty, expected at least one example",
    ],
  ]);
});
