import assert from "node:assert/strict";
import { readGram, readLosses } from "../../lib/balance/mod.ts";

const read = (value: unknown) => readGram(value, "Cannot read g.json");

Deno.test("rows, a flat array and an object give the same matrix", () => {
  const gram = Float64Array.of(18, -22, -22, 38);
  assert.deepEqual(read([[18, -22], [-22, 38]]), { tasks: 2, gram });
  assert.deepEqual(read([18, -22, -22, 38]), { tasks: 2, gram });
  assert.deepEqual(read({ gram: [18, -22, -22, 38] }), { tasks: 2, gram });
  assert.deepEqual(read({ gram: [[18, -22], [-22, 38]], losses: [0.7, 0.4] }), {
    ...{ tasks: 2, gram },
    losses: Float64Array.of(0.7, 0.4),
  });
  assert.deepEqual(read([[3]]), { tasks: 1, gram: Float64Array.of(3) });
  assert.deepEqual(read([0, 0, 0, 0]).gram, new Float64Array(4));
});

Deno.test("rounding as of float32 is no fault: neither asymmetry nor an eigenvalue just below 0", () => {
  assert.deepEqual(read([[1, 0.500001], [0.500002, 1]]).gram[1], 0.5000015);
  assert.equal(read([[1, 1.000001], [1.000001, 1]]).tasks, 2);
});

Deno.test("what is no Gram matrix is refused with its place and what would do", () => {
  const cases: [unknown, ErrorConstructor, RegExp][] = [
    [3, TypeError, /it is a number, expected an array of rows/],
    [null, TypeError, /it is null, expected/],
    [{ grams: [1] }, TypeError, /it is an object, expected .* an object with "gram"/],
    [{ gram: [1], loss: [1] }, TypeError, /it has a member "loss", expected 'losses'/],
    [{ gram: "1" }, TypeError, /"gram" is a string, expected an array/],
    [[], RangeError, /there are 0 elements, expected a square number/],
    [[1, 2, 3], RangeError, /there are 3 elements, expected a square number/],
    [[[1, 0], [0]], RangeError, /row 1 has 1 elements, expected 2/],
    [[[1, 0, 0], [0, 1, 0]], RangeError, /row 0 has 3 elements, expected 2/],
    [[[1, 0], 2], TypeError, /row 1 is a number, expected an array of 2/],
    [
      [[1, 0.2], [0.3, 1]],
      RangeError,
      /gram\[1,0\] is 0.3 but gram\[0,1\] is 0.2, expected a symmetric matrix/,
    ],
    [[[1, null], [null, 1]], RangeError, /gram\[0,1\] is null, expected a finite number/],
    [JSON.parse("[1, 0, 0, 1e999]"), RangeError, /gram\[1,1\] is Infinity, expected a finite number/],
    [[[1, "0"], [0, 1]], RangeError, /gram\[0,1\] is "0", expected a finite number/],
    [[[1, 0], [0, -2]], RangeError, /gram\[1,1\] is -2, expected a finite number from 0 up/],
    [[[1, 2], [2, 1]], RangeError, /its smallest eigenvalue is -1\.000, expected none below 0/],
    [{ gram: [1], losses: [1, 2] }, RangeError, /there are 2 losses, expected 1, one a task/],
    [{ gram: [1], losses: [null] }, RangeError, /loss 0 is null, expected a finite number/],
    [{ gram: [1], losses: 1 }, TypeError, /"losses" is a number, expected an array/],
  ];
  for (const [value, kind, message] of cases) {
    assert.throws(() => read(value), (error) => {
      assert.ok(error instanceof kind, JSON.stringify(value));
      assert.match(error.message, /^Cannot read g\.json: /);
      assert.match(error.message, message);
      return true;
    });
  }
});

Deno.test("losses are read on their own, too", () => {
  assert.deepEqual(readLosses([1, -2], 2, "Cannot"), Float64Array.of(1, -2));
});
