import assert from "node:assert/strict";
import { assemble, kernel, type KernelBuilder, type Value } from "../../lib/tensor/simd/assembler.ts";
import { exp, sigmoid, tanh } from "../../lib/tensor/simd/functions.ts";

const memory = new WebAssembly.Memory({ initial: 8 }), values = new Float32Array(memory.buffer);

/** A kernel that replaces each element of an array by a function of it. */
const elementwise = (f: (builder: KernelBuilder, x: Value) => Value) =>
  kernel(
    { x: "address", bytes: "address" },
    (builder, { x, bytes }) => builder.forEach(bytes, (lanes) => lanes.store(x, f(builder, lanes.load(x)))),
  );

const module = new WebAssembly.Module(
  assemble({ exp: elementwise(exp), sigmoid: elementwise(sigmoid), tanh: elementwise(tanh) }),
);
const kernels = new WebAssembly.Instance(module, { env: { memory } }).exports as unknown as Record<
  "exp" | "sigmoid" | "tanh",
  (address: number, bytes: number) => void
>;

Deno.test("exp, sigmoid and tanh have the errors that they state", () => {
  const cases: [
    keyof typeof kernels,
    (x: number) => number,
    number,
    number,
    "relative" | "absolute",
    number,
  ][] = [
    ["exp", Math.exp, -87, 88, "relative", 3e-7],
    ["exp", Math.exp, -2, 2, "relative", 3e-7],
    ["sigmoid", (x) => 1 / (1 + Math.exp(-x)), -40, 40, "absolute", 2e-7],
    ["tanh", Math.tanh, -40, 40, "absolute", 3e-7],
    ["tanh", Math.tanh, -1, 1, "absolute", 3e-7],
  ];
  const count = 100_001;
  for (const [name, f, from, to, kind, bound] of cases) {
    const x = Float32Array.from({ length: count }, (_, i) => from + (to - from) * i / (count - 1));
    values.set(x);
    kernels[name](0, x.byteLength);
    let worst = 0;
    x.forEach((x, i) =>
      worst = Math.max(worst, Math.abs(values[i] - f(x)) / (kind === "relative" ? f(x) : 1))
    );
    assert.ok(worst < bound, `${name} from ${from} to ${to}: ${worst}, expected below ${bound}`);
  }
});

Deno.test("beyond their range the functions stay finite, and NaN stays NaN", () => {
  const of = (name: keyof typeof kernels, ...x: number[]) => {
    values.set(x);
    kernels[name](0, 4 * x.length);
    return [...values.subarray(0, x.length)];
  };
  const [low, high] = of("exp", -1e6, 1e6);
  assert.ok(low > 0 && low < 2e-38 && high > 1e38 && Number.isFinite(high));
  assert.deepEqual(of("exp", 0, NaN), [1, NaN]);
  assert.deepEqual(of("tanh", 0, -Infinity, Infinity, NaN), [0, -1, 1, NaN]);
  assert.deepEqual(of("sigmoid", 0, Infinity, NaN), [0.5, 1, NaN]);
});

Deno.test("a kernel changes its array and nothing beyond, whatever its length", () => {
  for (let length = 0; length < 10; length++) {
    values.fill(0, 0, 20);
    kernels.exp(4 * 3, 4 * length);
    const expected = Array.from({ length: 20 }, (_, i) => i >= 3 && i < 3 + length ? 1 : 0);
    assert.deepEqual([...values.subarray(0, 20)], expected, `${length} elements`);
  }
});
