import assert from "node:assert/strict";
import fc from "fast-check";
import { close } from "../../eval/close.ts";
import { placesAmong, RatingGuide } from "./parts.ts";

const reader = { mean: 3, weights: new Map([["great", 2], ["poor", -2]]) };
/** Training sentences of one word each, with this reading of five: 1, 3, 3, 3 and 5 stars. */
const words = ["thing", "poor", "thing", "great", "thing"];
const corpusOf = (words: readonly string[], split: "train" | "test" = "train") => ({
  idf: new Map<string, number>(),
  reviews: words.map(() => ({ id: "", user: "", item: "", category: "", rating: 3, split })),
  sentences: words.map((text, review) => ({ id: "", review, text, words: [text] })),
});
const guide = new RatingGuide(corpusOf(words), reader);
/** Of 1, 3, 3, 3, 5. */
const deviation = Math.sqrt(8 / 5);

Deno.test("a guide reads as its reader does", () => {
  assert.deepEqual([["great"], ["poor"], ["thing"], []].map((words) => guide.read(words)), [5, 1, 3, 3]);
  close(guide.read(["great", "thing"]), 3 + 2 * Math.SQRT1_2);
});

const agreements: [read: number, place: number, gap: number][] = [
  [1, 0, 0],
  [5, 0, 4],
  [3, .5, 0],
  [3 + deviation, .5, deviation],
  [5, 1, 0],
  [2, 1, 3],
  // Place 0.12 is the last of the first reading, 0.13 the first of the next: between them a line.
  [1, .12, 0],
  [3, .13, 0],
  [2, .125, 0],
  [1.5, .125, .5],
];
for (const [read, place, gap] of agreements) {
  Deno.test(`a reading of ${read.toFixed(2)} stars is ${gap.toFixed(2)} from the place ${place}`, () => {
    close(guide.agreement(read, place), Math.exp(-gap / deviation));
  });
}

Deno.test("agreement is 0 to 1, falls with the distance, and its best reading rises with the place", () => {
  const place = fc.double({ min: 0, max: 1, noNaN: true }),
    stars = fc.double({ min: -2, max: 8, noNaN: true });
  fc.assert(fc.property(place, stars, stars, place, (p, x, y, q) => {
    const [a, b] = [guide.agreement(x, p), guide.agreement(y, p)];
    assert.ok(a > 0 && a <= 1 && b > 0 && b <= 1);
    // The quantile of a place, from the agreement of what is surely below it.
    const quantile = (p: number) => -10 - deviation * Math.log(guide.agreement(-10, p));
    const wanted = quantile(p);
    if (Math.abs(x - wanted) < Math.abs(y - wanted) - 1e-9) assert.ok(a > b);
    if (p <= q) assert.ok(wanted <= quantile(q) + 1e-9);
  }));
});

Deno.test("where all sentences read alike, or there are none, a star is the unit", () => {
  for (
    const one of [
      new RatingGuide(corpusOf(["thing", "thing", "thing"]), reader),
      new RatingGuide(corpusOf(["thing"]), reader),
      new RatingGuide(corpusOf(["great"], "test"), reader),
      new RatingGuide(corpusOf([]), reader),
      // Their mean is not to the last bit what each of them is.
      new RatingGuide(corpusOf(new Array(10).fill("thing")), { mean: 3.3, weights: new Map() }),
    ]
  ) {
    const own = one.read(["thing"]);
    for (const place of [0, .4, 1]) {
      close(one.agreement(own, place), 1);
      close(one.agreement(own + 2, place), Math.exp(-2));
    }
  }
});

const places: [among: number[], rating: number, place: number][] = [
  [[1, 2, 2, 5], 0, 0],
  [[1, 2, 2, 5], 1, .125],
  [[5, 2, 1, 2], 2, .5],
  [[1, 2, 2, 5], 3, .75],
  [[1, 2, 2, 5], 5, .875],
  [[1, 2, 2, 5], 6, 1],
  [[4, 4, 4], 4, .5],
  [[4, 4, 4], 3.9, 0],
  [[-1, 10, 9], 9, .5],
  [[], 3, .5],
];
for (const [among, rating, place] of places) {
  Deno.test(`${rating} has the place ${place} among ${among.length === 0 ? "none" : among.join(" ")}`, () => {
    assert.equal(placesAmong(among)(rating), place);
  });
}

Deno.test("places are 0 to 1, rise with the rating, mirror with its sign, and their mean is a half", () => {
  const rating = fc.integer({ min: 1, max: 5 }), ratings = fc.array(rating, { minLength: 1 });
  fc.assert(fc.property(ratings, rating, rating, (among, x, y) => {
    const placeOf = placesAmong(among);
    const [a, b] = [placeOf(x), placeOf(y)];
    assert.ok(a >= 0 && a <= 1);
    if (x <= y) assert.ok(a <= b);
    close(placesAmong(among.map((r) => -r))(-x), 1 - a);
    close(among.reduce((sum, r) => sum + placeOf(r), 0) / among.length, .5);
  }));
});
