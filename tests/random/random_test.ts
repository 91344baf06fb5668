import assert from "node:assert/strict";
import fc from "fast-check";
import { createRandom } from "../../lib/random/mod.ts";

Deno.test("the same seed gives the same numbers, another seed gives others", () => {
  const draw = (seed: number | string) =>
    Array.from({ length: 5 }, ((r) => () => r.uniform())(createRandom(seed)));
  assert.deepEqual(draw(7), draw(7));
  assert.notDeepEqual(draw(7), draw(8));
  assert.deepEqual(draw("a/b"), draw("a/b"));
  assert.notDeepEqual(draw(2 ** 40), draw(0));
});

Deno.test("the stream is pinned, so that published numbers can be made again", () => {
  const random = createRandom(1);
  assert.deepEqual([random.integer(1000), random.integer(1000), random.integer(1000)], [646, 328, 81]);
});

Deno.test("a fork depends on the seed and its label, not on how much was drawn before", () => {
  const used = createRandom(3), fresh = createRandom(3);
  for (let i = 0; i < 10; i++) used.normal();
  assert.equal(used.fork("x").uniform(), fresh.fork("x").uniform());
  assert.notEqual(fresh.fork("x").uniform(), fresh.fork("y").uniform());
});

Deno.test("uniform and normal draws have the moments they should", () => {
  const random = createRandom(11), n = 200_000;
  let u = 0, z = 0, zz = 0;
  for (let i = 0; i < n; i++) {
    u += random.uniform();
    const x = random.normal();
    z += x;
    zz += x * x;
  }
  // Five standard errors of each mean: 0.289, 1 and sqrt(2) over sqrt(n).
  assert.ok(Math.abs(u / n - 0.5) < 5 * 0.289 / Math.sqrt(n));
  assert.ok(Math.abs(z / n) < 5 / Math.sqrt(n));
  assert.ok(Math.abs(zz / n - 1) < 5 * Math.SQRT2 / Math.sqrt(n));
});

Deno.test("shuffle permutes and integer stays below its bound", () => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.integer()),
      fc.integer({ min: 1, max: 1e9 }),
      (seed, values, bound) => {
        const random = createRandom(seed);
        const shuffled = random.shuffle([...values]);
        assert.deepEqual(shuffled.toSorted((a, b) => a - b), values.toSorted((a, b) => a - b));
        const drawn = random.integer(bound);
        assert.ok(Number.isInteger(drawn) && drawn >= 0 && drawn < bound);
      },
    ),
  );
});

Deno.test("a bad seed or bound is refused with its value", () => {
  assert.throws(() => createRandom(0.5), /the seed is 0.5, expected an integer/);
  assert.throws(() => createRandom(1).integer(0), /the bound is 0, expected a positive integer/);
});
