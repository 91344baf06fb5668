import assert from "node:assert/strict";
import fc from "fast-check";
import { matchRatingScale, withinStars } from "../../../lib/explain/mod.ts";
import { close } from "../../eval/close.ts";

Deno.test("predictions get the star of their rank, each star's share spread around it", () => {
  // Shares 1/4, 1/4, 1/2 of the stars 1, 4, 5: from 1 to 2.5, from there to 4.5, from there to 5.
  const match = matchRatingScale([3.1, 3.2, 3.3, 3.4], [5, 1, 5, 4]);
  const cases: [predicted: number, matched: number][] = [
    [3.1, 1.75], // The middle of the first quarter.
    [3.2, 3.5],
    [3.3, 4.625],
    [3.4, 4.875],
    [3.25, (3.5 + 4.625) / 2],
    // Beyond the ends by as much as the predictions span: half the way to the end of the scale.
    [2.8, 1.375],
    [3.7, 4.9375],
  ];
  for (const [predicted, matched] of cases) close(match(predicted), matched, 1e-12);
});

Deno.test("equal predictions share a place in the middle of their ranks", () => {
  const match = matchRatingScale([3, 3, 3, 4], [1, 2, 3, 4]);
  // Ranks .375 and .875 of stars at 1, 1.5, 2.5, 3.5 and 4.
  close(match(3), 2, 1e-12);
  close(match(4), 3.75, 1e-12);
  close(matchRatingScale([3], [1, 2])(3), 1.5, 1e-12);
});

const stars = fc.array(fc.constantFrom(1, 2, 3, 3.5, 4, 5), { minLength: 2, maxLength: 30 })
  .filter((values) => new Set(values).size > 1);
/** Distinct, as a hundredth of a star apart. */
const ratings = fc.uniqueArray(fc.integer({ min: 250, max: 490 }).map((x) => x / 100), { minLength: 1 });

Deno.test("matching increases strictly, everywhere, and stays within the observed stars", () => {
  fc.assert(fc.property(ratings, stars, (predicted, observed) => {
    const match = matchRatingScale(predicted, observed);
    const probes = [1, 2, ...predicted, 3.141, 4.95, 5].sort((a, b) => a - b);
    const matched = [...new Set(probes)].map(match);
    for (let i = 1; i < matched.length; i++) assert.ok(matched[i] > matched[i - 1], `${matched}`);
    assert.ok(matched[0] > Math.min(...observed) && matched.at(-1)! < Math.max(...observed));
  }));
});

Deno.test("rounded to the nearest star, matched predictions have the stars as often as people gave them", () => {
  fc.assert(fc.property(stars, fc.integer({ min: 1, max: 4 }), (observed, times) => {
    const predicted = Array.from({ length: times * observed.length }, (_, i) => 3 + i / 1000);
    const match = matchRatingScale(predicted, observed), known = [...new Set(observed)];
    const rounded = predicted.map((rating) =>
      known.reduce((best, star) =>
        Math.abs(star - match(rating)) < Math.abs(best - match(rating)) ? star : best
      )
    );
    const sorted = observed.flatMap((star) => Array(times).fill(star)).sort((a, b) => a - b);
    assert.deepEqual(rounded, sorted);
  }));
});

Deno.test("too few ratings to match are refused", () => {
  const cases: [predicted: number[], observed: number[], counts: RegExp][] = [
    [[], [1, 2], /0 different predicted and 2 observed/],
    [[3], [4, 4], /1 different predicted and 1 observed/],
    [[NaN], [1, 2], /all finite/],
  ];
  for (const [predicted, observed, message] of cases) {
    assert.throws(() => matchRatingScale(predicted, observed), { name: "RangeError", message });
  }
});

Deno.test("ratings are squeezed into the stars without ties, and stay as they are inside", () => {
  const cases: [rating: number, squeezed: number][] = [
    [3.2, 3.2],
    [4.75, 4.75],
    [5, 5 - 0.25 / Math.E],
    [1, 1 + 0.25 / Math.E],
  ];
  for (const [rating, squeezed] of cases) close(withinStars(rating), squeezed, 1e-12);
  const probes = Array.from({ length: 81 }, (_, i) => -1 + i / 10).map(withinStars);
  for (let i = 1; i < probes.length; i++) assert.ok(probes[i] > probes[i - 1]);
  assert.ok(probes[0] > 1 && probes.at(-1)! < 5);
});
