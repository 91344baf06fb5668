import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../../lib/random/mod.ts";
import { gruFinal, gruStates, gruStep, type GruWeights, useBackend, vjp } from "../../lib/tensor/mod.ts";
import { assertClose, besideCpu, testOnBackends } from "./backends_under_test.ts";
import { checkGradients, draw, variable, wave } from "./finite_differences.ts";

const drawnWeights = (E: number, H: number) => ({
  ...{ W: draw(E, 3 * H), U: draw(H, 3 * H) },
  ...{ b: draw(3 * H), c: draw(3 * H) },
});

/** Runs a test in a scope, so that it need not free its tensors. */
async function scoped(body: () => Promise<void>): Promise<void> {
  tf.engine().startScope();
  await body();
  tf.engine().endScope();
}

/** The gradients of sum(dy y) by x, h0 and the weights. */
async function gradients(
  run: typeof gruStates,
  [x, h0, dy]: tf.Tensor[],
  weights: GruWeights,
  lengths: Int32Array,
): Promise<Record<string, Float32Array>> {
  const inputs = { x, h0, ...weights };
  const pass = vjp(() => ({ y: run(x, h0, weights, lengths) }), Object.values(inputs));
  const pulled = pass.pullback({ y: dy });
  pass.dispose();
  const entries = Object.keys(inputs).map(async (name, i) =>
    [name, await pulled[i].data() as Float32Array] as const
  );
  return Object.fromEntries(await Promise.all(entries));
}

for (const [name, run] of [["states", gruStates], ["final state", gruFinal]] as const) {
  testOnBackends(`the gradient of a GRU's ${name} is that of finite differences`, async () => {
    tf.engine().startScope();
    const x = variable(3, 4, 2), h0 = variable(4, 3), [W, U] = [variable(2, 9), variable(3, 9)];
    const weights = { W, U, b: variable(9), c: variable(9) }, lengths = Int32Array.of(0, 1, 3, 2);
    await checkGradients(() => run(x, h0, weights, lengths), { x, h0, ...weights }, 5e-3);
    tf.dispose([x, h0, ...Object.values(weights)]);
    tf.engine().endScope();
  });
}

testOnBackends("a GRU of a single step has a gradient too", async () => {
  tf.engine().startScope();
  const x = variable(1, 4, 2), h0 = variable(4, 3), [W, U] = [variable(2, 9), variable(3, 9)];
  const weights = { W, U, b: variable(9), c: variable(9) }, lengths = Int32Array.of(0, 1, 1, 0);
  await checkGradients(() => gruStates(x, h0, weights, lengths), { x, h0, ...weights }, 5e-3);
  tf.dispose([x, h0, ...Object.values(weights)]);
  tf.engine().endScope();
});

// torch.nn.GRU of PyTorch 1.13 in float64, a sequence at a time; its weight matrices are transposed here.
const states = [
  0.129291,
  -0.509766,
  0.5153306,
  0.1862913,
  0.3382246,
  -0.2682865,
  0.4953037,
  -0.1439517,
  -0.3754936,
  0.4564726,
  -0.5716002,
  0.147303,
  0.258018,
  0.5426848,
  -0.5003324,
  0.1348225,
  -0.6821716,
  0.6851218,
  0.009510815,
  0.4308302,
  -0.2682865,
  0.4953037,
  -0.1439517,
  -0.3754936,
  0.4564726,
  -0.7534919,
  0.4727965,
  -0.05486919,
  0.6850609,
  -0.5376391,
  0.05091953,
  -0.7702715,
  0.7562012,
  -0.03426896,
  0.3335946,
  -0.2682865,
  0.4953037,
  -0.1439517,
  -0.3754936,
  0.4564726,
  -0.7534919,
  0.4727965,
  -0.05486919,
  0.6850609,
  -0.5376391,
];
const slopes = {
  x: [
    0.1202371,
    -0.01526956,
    0.0,
    0.0,
    -0.09297638,
    -0.01293211,
    -0.1393875,
    0.04825702,
    0.0,
    0.0,
    0.1988962,
    0.1501726,
    0.1025118,
    0.1442694,
    0.0,
    0.0,
    0.0,
    0.0,
  ],
  h0: [
    -0.04707693,
    0.5272873,
    0.1106481,
    0.4789736,
    -0.115273,
    0.3155347,
    -0.03207981,
    -0.3639048,
    -0.5166174,
    -0.4150533,
    0.1187342,
    0.1850551,
    0.2122935,
    -0.03600661,
    -0.1357281,
  ],
  W: [
    -0.05648643,
    0.06976791,
    -0.009867812,
    -0.00942587,
    -0.05404908,
    -0.002856527,
    0.03464497,
    -0.1754027,
    0.1978954,
    -0.01567094,
    -0.215275,
    -0.06689969,
    -0.2777407,
    0.03299748,
    -0.0004587745,
    -0.06994595,
    0.08363328,
    -0.01195486,
    -0.02023742,
    -0.03463245,
    0.0348873,
    -0.02275953,
    -0.1083551,
    0.1819813,
    -0.01424725,
    -0.4616694,
    -0.1282894,
    -0.1430153,
    -0.04827816,
    0.2600482,
  ],
  U: [
    -0.02582926,
    0.0307605,
    0.006392935,
    -0.006859433,
    -0.03535785,
    0.05823068,
    -0.01200828,
    -0.09034317,
    0.1047304,
    -0.002292673,
    0.0797172,
    0.05179101,
    -0.03569432,
    -0.008620315,
    -0.01689243,
    0.03637723,
    -0.04429037,
    0.0006821581,
    0.01616494,
    0.01492397,
    -0.07069297,
    0.06249852,
    0.01068279,
    -0.07527431,
    0.008349605,
    -0.006449458,
    0.02430231,
    0.0005788146,
    0.02390422,
    -0.09500849,
    -0.01667802,
    0.02572108,
    -0.01081716,
    -0.01313233,
    0.01261946,
    0.01555177,
    -0.06484552,
    0.08638525,
    -0.02001016,
    -0.01708078,
    -0.09042023,
    -0.112314,
    0.008467348,
    -0.04358179,
    0.137856,
    -0.01003982,
    -0.006743175,
    0.00304533,
    0.008601107,
    0.02398942,
    -0.01584428,
    0.03204862,
    -0.03498218,
    0.02506065,
    0.02522392,
    -0.001477833,
    0.01985737,
    0.06983005,
    0.1192979,
    0.07286199,
    -0.01336269,
    0.03473729,
    -0.01690464,
    -0.01346879,
    -0.02035205,
    -0.02251655,
    -0.02317507,
    0.02410853,
    0.01325992,
    -0.03361088,
    -0.06938921,
    -0.1456543,
    -0.09844458,
    -0.1006788,
    0.06908108,
  ],
  b: [
    -0.05416732,
    0.03772984,
    -4.409433e-05,
    -0.007707723,
    0.03767845,
    0.05375985,
    -0.04917554,
    0.0005408996,
    0.07998472,
    0.02565022,
    -0.4386876,
    -0.07310045,
    0.3247607,
    0.1602251,
    0.7039335,
  ],
  c: [
    -0.05416732,
    0.03772984,
    -4.409433e-05,
    -0.007707723,
    0.03767845,
    0.05375985,
    -0.04917554,
    0.0005408996,
    0.07998472,
    0.02565022,
    -0.04781475,
    -0.03936002,
    0.1338334,
    0.1460841,
    0.2722497,
  ],
};

testOnBackends("a GRU has the states and gradients of PyTorch's", () =>
  scoped(async () => {
    const L = 3, B = 3, E = 2, H = 5, lengths = Int32Array.of(3, 0, 2);
    const x = wave(1, 1, L, B, E), h0 = wave(2, 0.5, B, H), dy = wave(7, 1, L, B, H);
    const weights = {
      ...{ W: wave(3, 0.5, E, 3 * H), U: wave(4, 0.5, H, 3 * H) },
      ...{ b: wave(5, 0.5, 3 * H), c: wave(6, 0.5, 3 * H) },
    };
    assertClose(await gruStates(x, h0, weights, lengths).data(), states, 2e-6, "states");
    assertClose(await gruFinal(x, h0, weights, lengths).data(), states.slice(-B * H), 2e-6, "final");
    const found = await gradients(gruStates, [x, h0, dy], weights, lengths);
    for (const [name, slope] of Object.entries(slopes)) assertClose(found[name], slope, 5e-6, name);
  }));

testOnBackends(
  "all lengths and sizes agree with the plain operations on the cpu backend",
  async (backend) => {
    const random = createRandom("gru lengths"), L = 6;
    for (const [B, E, H] of [[1, 1, 1], [1, 5, 4], [9, 7, 17], [3, 4, 8]]) {
      for (
        const lengths of [
          Int32Array.from({ length: B }, () => random.integer(L + 1)),
          new Int32Array(B).fill(4),
        ]
      ) {
        for (const run of [gruStates, gruFinal]) {
          const shapes = [[L, B, E], [B, H], run === gruStates ? [L, B, H] : [B, H], [E, 3 * H], [H, 3 * H], [
            3 * H,
          ], [3 * H]];
          const values = shapes.map((shape) => draw(...shape).dataSync());
          const compute = async () => {
            tf.engine().startScope();
            const [x, h0, dy, W, U, b, c] = shapes.map((shape, i) => tf.tensor(values[i], shape)),
              weights = { W, U, b, c };
            const y = await run(x, h0, weights, lengths).data();
            const all = { y, ...await gradients(run, [x, h0, dy], weights, lengths) };
            tf.engine().endScope();
            return all;
          };
          const { found, expected } = await besideCpu(backend, compute);
          for (const [key, value] of Object.entries(expected)) {
            assertClose(
              found[key as keyof typeof found],
              value,
              1e-4,
              `${key} of ${[B, E, H]}, lengths ${lengths}`,
            );
          }
        }
      }
    }
  },
  ["native", "wasm"],
);

testOnBackends("single steps go where the sequence goes", () =>
  scoped(async () => {
    const x = draw(3, 4, 2),
      h0 = draw(4, 3),
      weights = drawnWeights(2, 3),
      lengths = new Int32Array(4).fill(3);
    let h = h0;
    for (const input of tf.unstack(x)) h = gruStep(input, h, weights);
    assertClose(await tf.slice(gruStates(x, h0, weights, lengths), 2, 1).data(), await h.data(), 1e-6);
  }));

testOnBackends(
  "after its length a sequence keeps its state, and what comes after is not read",
  () =>
    scoped(async () => {
      const B = 3, H = 2, h0 = draw(B, H), weights = drawnWeights(1, H), lengths = Int32Array.of(1, 0, 2);
      const values = [1, 2, 3, 4, NaN, 5, NaN, NaN, NaN];
      const y = await gruStates(tf.tensor(values, [3, B, 1]), h0, weights, lengths).array() as number[][][];
      assert.deepEqual([y[1][0], y[2][0]], [y[0][0], y[0][0]]);
      assert.deepEqual(y.map((step) => step[1]), Array(3).fill((await h0.array() as number[][])[1]));
      assert.deepEqual(y[2][2], y[1][2]);
    }),
  ["native", "wasm"],
);

testOnBackends("without any step the gradient goes to the initial states as it is", () =>
  scoped(async () => {
    const h0 = draw(2, 3), weights = drawnWeights(4, 3), dy = tf.ones([5, 2, 3]);
    const found = await gradients(gruStates, [draw(5, 2, 4), h0, dy], weights, Int32Array.of(0, 0));
    for (const [name, slope] of Object.entries(found)) {
      assert.ok(slope.every((value) => value === (name === "h0" ? 5 : 0)), name);
    }
    const none = await gruFinal(tf.zeros([0, 2, 4]), h0, weights, Int32Array.of(0, 0)).data();
    assert.deepEqual(none, await h0.data());
    assert.deepEqual(gruStates(tf.zeros([0, 2, 4]), h0, weights, Int32Array.of(0, 0)).shape, [0, 2, 3]);
  }));

testOnBackends("forward and backward passes of a GRU free all they made", () => {
  const x = draw(3, 4, 2), h0 = draw(4, 3), weights = drawnWeights(2, 3), lengths = Int32Array.of(0, 1, 3, 2);
  const dy = draw(3, 4, 3), input = draw(4, 2), before = tf.memory().numTensors;
  for (const run of [gruStates, gruFinal]) {
    const pass = vjp(() => ({ y: run(x, h0, weights, lengths) }), [x, h0, ...Object.values(weights)]);
    tf.dispose(pass.pullback({ y: run === gruStates ? dy : h0 }));
    pass.dispose();
    tf.dispose(pass.outputs);
    gruStep(input, h0, weights).dispose();
  }
  assert.equal(tf.memory().numTensors, before);
  tf.dispose([x, h0, dy, input, ...Object.values(weights)]);
});

Deno.test("sequences, states, weights and lengths that do not fit are refused", async () => {
  await useBackend("cpu");
  const [x, h0] = [tf.zeros([3, 4, 2]), tf.zeros([4, 5])], lengths = new Int32Array(4);
  const [W, U, b, c] = [[2, 15], [5, 15], [15], [15]].map((shape) => tf.zeros(shape)), good = { W, U, b, c };
  const cases: [() => unknown, RegExp][] = [
    [() => gruStates(h0, h0, good, lengths), /Cannot run a GRU: x is \[4,5\], expected \[4,5,any\]/],
    [
      () => gruFinal(x, tf.zeros([3, 5]), good, lengths),
      /Cannot run a GRU: h0 is \[3,5\], expected \[4,5\]/,
    ],
    [() => gruFinal(x, h0, { ...good, W: U }, lengths), /Cannot run a GRU: W is \[5,15\], expected \[2,15\]/],
    [() => gruFinal(x, h0, { ...good, U: W }, lengths), /Cannot run a GRU: U is \[2,15\], expected \[5,15\]/],
    [() => gruFinal(x, h0, { ...good, b: W }, lengths), /Cannot run a GRU: b is \[2,15\], expected \[15\]/],
    [() => gruFinal(x, h0, { ...good, c: h0 }, lengths), /Cannot run a GRU: c is \[4,5\], expected \[15\]/],
    [() => gruFinal(x, h0, good, new Int32Array(3)), /Cannot run a GRU: there are 3 lengths, expected 4/],
    [
      () => gruFinal(x, h0, good, Int32Array.of(0, 3, 4, 0)),
      /Cannot run a GRU: length 2 is 4, expected 0 to 3/,
    ],
    [
      () => gruFinal(x, h0, good, Int32Array.of(-1, 3, 3, 0)),
      /Cannot run a GRU: length 0 is -1, expected 0 to 3/,
    ],
    [() => gruStep(h0, h0, good), /Cannot take a GRU step: W is \[2,15\], expected \[5,15\]/],
  ];
  for (const [run, message] of cases) assert.throws(run, { name: "RangeError", message });
});
