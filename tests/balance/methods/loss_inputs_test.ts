/** What methods that read losses do with every kind of loss, and what they refuse. */
import assert from "node:assert/strict";
import { createBalancer } from "../../../lib/balance/registry.ts";
import { createRandom } from "../../../lib/random/mod.ts";
import { gramOf, normalRows } from "../gradients.ts";

const needs: Readonly<Record<string, "losses" | "gram" | "gradients">> = {
  si: "losses",
  uw: "losses",
  dwa: "losses",
  gls: "losses",
  rlw: "losses",
  "imtl-l": "losses",
  stch: "losses",
  famo: "losses",
  gradnorm: "gram",
  graddrop: "gradients",
  "excess-mtl": "gradients",
  "db-mtl": "gradients",
};
const names = Object.keys(needs);

function output(balancer: ReturnType<typeof createBalancer>, losses: Float64Array, step = 0) {
  const rows = normalRows(step, losses.length, 6);
  const gradients = rows.map((row) => Float32Array.from(row));
  return balancer.weigh?.({ losses, gram: gramOf(rows), step }) ??
    balancer.combine!({ losses, gradients, step });
}

Deno.test("methods need what their papers need", () => {
  for (const name of names) assert.equal(createBalancer(name).needs, needs[name], name);
});

const extremes: [string, (step: number) => number[]][] = [
  ["0", () => [0, 0, 0, 0]],
  ["0 for one task", () => [1, 0, 2, 3]],
  ["0 for another task in each step", (step) => [0, 1, 2, 3].map((i) => i === step % 4 ? 0 : 1 + i)],
  ["1e-30", () => [1e-30, 2e-30, 3e-30, 4e-30]],
  ["1e30", () => [1e30, 2e30, 3e30, 4e30]],
  ["the least and the largest number", () => [5e-324, Number.MAX_VALUE, 1, Number.MAX_VALUE]],
  ["leaps", (step) => step % 2 === 0 ? [1e-300, 1e300, 1e-30, 1e30] : [1e300, 1e-300, 1e30, 1e-30]],
  ["any scale", (step) => {
    const random = createRandom(step);
    return [0, 1, 2, 3].map(() => 10 ** (60 * random.uniform() - 30));
  }],
];

/** Step sizes as a user may mistype them. */
const wild: Readonly<Record<string, Record<string, unknown>>> = {
  uw: { lr: 1e300 },
  "imtl-l": { lr: 1e300 },
  gradnorm: { lr: 1e300, alpha: 1e3 },
  famo: { lr: 1e300, gamma: 1e300 },
  dwa: { temperature: 1e-3 },
  stch: { mu: 1e-3, warmupEpochs: 1 },
  "excess-mtl": { eta: 1e300 },
  "db-mtl": { betaSigma: 1e3 },
};

for (const name of names) {
  Deno.test(`${name}: is finite, its state too, for losses of every size and extreme options`, () => {
    for (const options of [{}, wild[name] ?? {}]) {
      for (const [what, lossesAt] of extremes) {
        const balancer = createBalancer(name, options);
        for (let step = 0; step < 12; step++) {
          const result = output(balancer, Float64Array.from(lossesAt(step)), step);
          assert.ok(result.every(Number.isFinite), `${what}, step ${step}: ${result}`);
        }
        for (const [key, array] of Object.entries(balancer.saveState!())) {
          assert.ok(array.every(Number.isFinite), `${what}: ${key} is ${array}`);
        }
      }
    }
  });
}

Deno.test("weights are from 0 up: no loss is driven up", () => {
  for (const name of names.filter((name) => needs[name] !== "gradients")) {
    const balancer = createBalancer(name);
    for (let step = 0; step < 8; step++) {
      const w = output(balancer, Float64Array.of(1, 2 + step, 0.1, 1 / (1 + step)), step);
      assert.ok(w.every((w) => w >= 0), `${name}, step ${step}: ${w}`);
    }
  }
});

Deno.test("negative losses are refused where they mean nothing, and the state is kept", () => {
  for (const name of ["si", "uw", "dwa", "gls", "imtl-l", "stch", "famo", "gradnorm", "db-mtl"]) {
    const balancer = createBalancer(name), refused = () => output(balancer, Float64Array.of(1, -0.5));
    const message = new RegExp(
      `Cannot weigh with '${name}': loss 1 is -0.5, expected (losses from|at least) 0`,
    );
    assert.throws(refused, (error) => error instanceof RangeError && message.test(error.message), name);
    assert.deepEqual(balancer.saveState!(), {}, name);
    output(balancer, Float64Array.of(1, 2));
    const before = balancer.saveState!();
    assert.throws(refused, message);
    assert.deepEqual(balancer.saveState!(), before, name);
  }
  for (const name of ["rlw", "graddrop", "excess-mtl"]) {
    assert.ok(output(createBalancer(name), Float64Array.of(1, -0.5)).every(Number.isFinite), name);
  }
});

Deno.test("a bad option is refused with what would do", () => {
  const cases: [string, Record<string, unknown>, RegExp][] = [
    ["si", { lr: 1 }, /'si': there is no option 'lr', expected none/],
    ["uw", { lr: -1 }, /option 'lr' is -1, expected a number from 0 up/],
    ["imtl-l", { lr: Infinity }, /option 'lr' is Infinity, expected a number from 0 up/],
    ["dwa", { temperature: 0 }, /option 'temperature' is 0, expected a number from 0.001 up/],
    ["dwa", { T: 1 }, /there is no option 'T'/],
    ["dwa", { stepsPerEpoch: 0 }, /option 'stepsPerEpoch' is 0, expected an integer from 1 up/],
    ["stch", { stepsPerEpoch: 1.5 }, /option 'stepsPerEpoch' is 1.5, expected an integer from 1 up/],
    ["stch", { warmupEpochs: -1 }, /option 'warmupEpochs' is -1, expected an integer from 0 up/],
    ["stch", { mu: 0 }, /option 'mu' is 0, expected a number from 0.001 up/],
    ["rlw", { seed: 0.5 }, /option 'seed' is 0.5, expected an integer/],
    ["gradnorm", { alpha: -0.1 }, /option 'alpha' is -0.1, expected a number from 0 up/],
    ["famo", { minLosses: [0, NaN] }, /option 'minLosses.1' is NaN, expected number/],
    ["famo", { minLosses: [-Infinity] }, /option 'minLosses.0' is -Infinity, expected a finite number/],
    ["famo", { gamma: -1 }, /option 'gamma' is -1, expected a number from 0 up/],
    ["graddrop", { leak: 1.1 }, /option 'leak' is 1.1, expected a number from 0 to 1/],
    ["excess-mtl", { eta: -1 }, /option 'eta' is -1, expected a number from 0 up/],
    ["db-mtl", { beta: 2 }, /option 'beta' is 2, expected a number from 0 to 1/],
    ["db-mtl", { betaSigma: -1 }, /option 'betaSigma' is -1, expected a number from 0 up/],
  ];
  for (const [name, options, message] of cases) {
    assert.throws(
      () => createBalancer(name, options),
      (error) => error instanceof RangeError && message.test(error.message),
      `${name} ${JSON.stringify(options)}`,
    );
  }
});
