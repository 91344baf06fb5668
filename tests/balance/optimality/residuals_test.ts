import assert from "node:assert/strict";
import { balancerNames, createBalancer, optimalityResiduals } from "../../../lib/balance/mod.ts";
import { families, gramOf, normalRows, scaleRows, weightsOf } from "../gradients.ts";

const methods: readonly [string, Record<string, unknown>][] = [
  ["mgda", {}],
  ["mgda", { normalize: "l2" }],
  ["cagrad", {}],
  ["cagrad", { c: 1.5, rescale: 1 }],
  ["cagrad", { c: 0.1, rescale: 2 }],
  ["imtl-g", {}],
  ["config", {}],
  ["aligned-mtl", {}],
  ["aligned-mtl", { mode: "median" }],
  ["aligned-mtl", { mode: "rmse" }],
  ["dualproj", {}],
  ["upgrad", {}],
  ["nash-mtl", {}],
  ["nash-mtl", { maxNorm: 0 }],
  ["fairgrad", { alpha: 0.5 }],
  ["fairgrad", { alpha: 1 }],
  ["fairgrad", { alpha: 2 }],
];

for (const [name, options] of methods) {
  const at = `${name} ${JSON.stringify(options)}`;

  Deno.test(`${at}: every condition holds to 1e-9, on every family, at every scale`, () => {
    for (const [family, make] of Object.entries(families)) {
      for (const scale of [1e-30, 1, 1e30]) {
        const G = gramOf(scaleRows(make(1), () => scale));
        const w = weightsOf(createBalancer(name, options), G);
        for (const { condition, residual } of optimalityResiduals(name, G, w, options)) {
          assert.ok(
            residual >= 0 && residual <= 1e-9,
            `${family}, scale ${scale}: ${condition}: ${residual}`,
          );
        }
      }
    }
  });

  Deno.test(`${at}: weights that are off by a hundredth miss a condition`, () => {
    for (const [K, shift] of [[2, 0], [4, 0.3], [16, 0.3]]) {
      const G = gramOf(normalRows(K, K, 40, shift)), w = weightsOf(createBalancer(name, options), G);
      const largest = w.indexOf(Math.max(...w));
      const wrong = w.map((w, i) => i === largest ? w * 1.01 : w);
      const residuals = optimalityResiduals(name, G, wrong, options).map(({ residual }) => residual);
      assert.ok(Math.max(...residuals) > 1e-6, `K ${K}: ${residuals}`);
    }
  });
}

Deno.test("methods that average, draw or step have no condition, and say so", () => {
  const G = gramOf(normalRows(1, 3, 6)), w = Float64Array.of(1, 1, 1);
  const named = new Set(methods.map(([name]) => name));
  for (const name of balancerNames.filter((name) => !named.has(name) && name !== "static")) {
    assert.deepEqual(optimalityResiduals(name, G, w), [], name);
  }
  assert.deepEqual(optimalityResiduals("mgda", G, w, { normalize: "loss" }), []);
});

Deno.test("what cannot be checked is refused", () => {
  const G = Float64Array.of(18, -22, -22, 38), w = Float64Array.of(0.6, 0.4);
  const cases: [() => unknown, RegExp][] = [
    [() => optimalityResiduals("mgd", G, w), /no such method, expected 'mgda'/],
    [() => optimalityResiduals("mgda", G, w, { c: 1 }), /no option 'c'/],
    [() => optimalityResiduals("mgda", G, w.subarray(1)), /gram has 4 elements/],
    [
      () => optimalityResiduals("mgda", G, Float64Array.of(NaN, 1)),
      /weight 0 is NaN, expected a finite number/,
    ],
    [() => optimalityResiduals("mgda", Float64Array.of(1, 2, 3, 4), w), /expected a symmetric matrix/],
  ];
  for (const [call, message] of cases) assert.throws(call, message);
});
