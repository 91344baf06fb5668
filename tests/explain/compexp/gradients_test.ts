/** The losses of CompExp and their gradients against finite differences of the same losses in plain numbers. */
import assert from "node:assert/strict";
import * as tf from "@tensorflow/tfjs-core";
import { createRandom, type Random } from "../../../lib/random/mod.ts";
import { assertClose, testOnBackends } from "../../tensor/backends_under_test.ts";
import {
  type CompExpModel,
  type DrawnUnit,
  type LossGradients,
  policyGradients,
  pretrainGradients,
  type PretrainOptions,
  type Reward,
  type RewardTask,
  SentenceIds,
  vocabularyOf,
  warmUpGradients,
  warmUpLoss,
} from "./parts.ts";
import { plainModel, type Values } from "./plain_model.ts";
import { drawnModel, rated, tinyWorld } from "./tiny_world.ts";

const corpus = tinyWorld();
const [one, two, three] = rated(corpus);
/** A pair and a sentence that is said again; another of the latter with a row of padding; nothing to compare with. */
const units: DrawnUnit[] = [
  {
    ...{
      ...one,
      rating: 3.25,
      candidates: one.candidates.slice(0, 3),
      references: one.references.slice(0, 2),
    },
    rewrites: [
      { candidate: 0, target: one.targets[0], weight: 1 },
      { candidate: 1, target: one.candidates[1], weight: .3 },
    ],
    paired: true,
  },
  {
    ...{ ...two, candidates: two.candidates.slice(0, 2), references: two.references.slice(0, 1) },
    rewrites: [
      { candidate: 1, target: two.candidates[1], weight: .3 },
      { candidate: 1, target: two.candidates[1], weight: 0 },
    ],
    paired: false,
  },
  {
    ...{ ...three, candidates: three.candidates.slice(0, 2), references: [] },
    rewrites: [
      { candidate: 0, target: three.targets[0], weight: 1 },
      { candidate: 1, target: three.candidates[1], weight: .3 },
    ],
    paired: true,
  },
];
const sizes = { vocabulary: 12, embedding: 3, hidden: 4, ratingWidth: 2, dropout: 0, away: .6 };

const ids = new SentenceIds(corpus, vocabularyOf(corpus.vocabulary.slice(0, sizes.vocabulary)));
const idsOf = (sentence: number) => ids.of(sentence);

/** Worth of sentences that no metric would give, so that everything is told apart. */
const made: Reward = {
  score: (words, { review }) => (words.length + review!) % 7 / 7,
  scoreOf: (sentence, { review }) => (3 * sentence + review!) % 5 / 5,
  recall: (words, extracted) => (words.length + extracted) % 3 / 3,
};

/** Loss and gradients by parameter, those of tables with all rows. */
async function computed({ parameters: { all } }: CompExpModel, compute: () => Promise<LossGradients>) {
  tf.engine().startScope();
  try {
    const { loss, dense, rows } = await compute();
    const gradients: Record<string, Float64Array> = {};
    for (const [i, name] of [...all.variables.keys()].entries()) {
      gradients[name] = Float64Array.from(await dense[i].data());
    }
    for (const [name, { rowCount, dim }] of all.tables) {
      gradients[name] = new Float64Array(rowCount * dim);
      const found = rows.get(name);
      if (found === undefined) continue;
      for (let u = 0; u < found.count; u++) {
        gradients[name].set(found.values.subarray(u * dim, (u + 1) * dim), found.rows[u] * dim);
      }
    }
    return { loss, gradients };
  } finally {
    tf.engine().endScope();
  }
}

type PlainLoss = (plain: ReturnType<typeof plainModel>) => number;

/** Elements of each parameter by which is differentiated, spread over it. */
const COMPARED = 10;

/** Central differences of a loss in plain numbers by elements of every parameter. */
function finiteDifferences(values: Values, loss: (values: Values) => number) {
  const step = 1e-5;
  const moved: Record<string, { data: Float64Array }> = {};
  for (const [name, { data }] of Object.entries(values)) moved[name] = { data: Float64Array.from(data) };
  const slopes: Record<string, Map<number, number>> = {};
  for (const [name, { data }] of Object.entries(moved)) {
    // Of words the rows that occur most come first; an odd stride visits all columns.
    const stride = Math.max(1, Math.floor(data.length / COMPARED) - 1 | 1);
    slopes[name] = new Map();
    for (let i = 0; i < data.length; i += stride) {
      const value = data[i];
      const at = (by: number) => {
        data[i] = value + by;
        const found = loss(moved);
        data[i] = value;
        return found;
      };
      slopes[name].set(i, (at(step) - at(-step)) / (2 * step));
    }
  }
  return { loss: loss(moved), slopes };
}

/** Plain losses are slow: each is differentiated once for all backends. */
const known = new Map<string, ReturnType<typeof finiteDifferences>>();

/** @param still Parameters that do not matter; all others have to. */
async function assertGradients(
  name: string,
  model: CompExpModel,
  found: Awaited<ReturnType<typeof computed>>,
  loss: PlainLoss,
  still: readonly string[],
) {
  const values = await model.parameters.all.copy();
  const expected = known.getOrInsertComputed(
    name,
    () => finiteDifferences(values, (values) => loss(plainModel(model, values))),
  );
  assertClose([found.loss], [expected.loss], 1e-4, "loss");
  for (const [name, slopes] of Object.entries(expected.slopes)) {
    const own = [...slopes.keys()].map((i) => found.gradients[name][i]);
    if (still.includes(name)) {
      assert.ok([...own, ...slopes.values()].every((slope) => Math.abs(slope) < 1e-7), `${name}: ${own}`);
    } else {
      assert.ok(Math.max(...[...slopes.values()].map(Math.abs)) > 1e-5, `${name} does not matter`);
      assertClose(own, [...slopes.values()], 1e-3, name);
    }
  }
}

/** Mean over the words that are taught, by the weights of their sentences. */
const taughtLoss: PlainLoss = (plain) => {
  let sum = 0, words = 0;
  for (const unit of units) {
    for (const { candidate, target, weight } of unit.rewrites) {
      const ids = idsOf(target);
      sum += weight * plain.surprise(ids, plain.start(unit, candidate));
      words += weight * (ids.length + 1);
    }
  }
  return sum / words;
};

const expectedReward: PlainLoss = (plain) =>
  -units.reduce((sum, unit) =>
    sum +
    plain.logP(unit).reduce(
        (own, logP, x) => own + Math.exp(logP) * made.scoreOf(unit.candidates[x], unit),
        0,
      ) /
      units.length, 0);
const likelihood: PlainLoss = (plain) => -(plain.logP(units[0])[0] + plain.logP(units[2])[0]) / 2;

const writing = ["written", "writer.W", "writer.U", "writer.b", "writer.c", "output.W", "output.b"];
const moving = ["refine.a", "refine.b"];
const losses: [name: string, options: PretrainOptions, loss: PlainLoss, still: string[]][] = [
  [
    "expected reward and L_gen",
    { extraction: "expected-reward", weights: [2, .5] },
    (plain) => 2 * expectedReward(plain) + .5 * taughtLoss(plain),
    ["margin"],
  ],
  [
    "the likelihood of the pairs and L_gen",
    { extraction: "nll", weights: [.5, 1] },
    (plain) => .5 * likelihood(plain) + taughtLoss(plain),
    ["margin"],
  ],
  [
    "the expected reward alone, which leaves the writer alone",
    { extraction: "expected-reward", weights: [1, 0] },
    expectedReward,
    ["margin", ...writing, ...moving],
  ],
];
for (const [name, options, loss, still] of losses) {
  testOnBackends(`pre-training by ${name}: loss and gradients by every parameter`, async () => {
    const model = await drawnModel(corpus, sizes);
    const found = await computed(
      model,
      () => pretrainGradients(model, units, made, options, createRandom(1)),
    );
    await assertGradients(name, model, found, loss, still);
    model.parameters.all.dispose();
  }, ["native", "cpu"]);
}

testOnBackends(
  "the warm-up: every sentence said again, whatever its length, from what was read of it",
  async () => {
    const model = await drawnModel(corpus, sizes), sentences = [0, 3, 4, 9];
    const loss: PlainLoss = (plain) => {
      const words = sentences.reduce((sum, s) => sum + idsOf(s).length + 1, 0);
      return sentences.reduce((sum, s) => sum + plain.surprise(idsOf(s), plain.encode(idsOf(s))), 0) / words;
    };
    const found = await computed(model, () => warmUpGradients(model, sentences, createRandom(1)));
    const extractor = ["ratings", "context.W", "context.b", "evidence.w", "evidence.lambda"];
    await assertGradients("warm-up", model, found, loss, ["margin", ...moving, ...extractor]);
    assertClose([await warmUpLoss(model, sentences)], [found.loss], 1e-5);
    model.parameters.all.dispose();
  },
  ["native", "cpu"],
);

/** A reward that remembers what it was asked, in the order of the samples. */
function recorded(reward: Reward) {
  const samples: { words: readonly string[]; extracted: number; unit: RewardTask }[] = [];
  const spy: Reward = {
    ...reward,
    recall(words, extracted, unit) {
      samples.push({ words, extracted, unit });
      return reward.recall(words, extracted, unit);
    },
  };
  return { spy, samples };
}

testOnBackends("policy gradient: the loss of the samples that were drawn, and its gradients", async () => {
  const model = await drawnModel(corpus, sizes), S = 3;
  const { spy, samples } = recorded(made);
  const options = { samples: S, weights: [2, .5], shares: [.4, .3] } as const;
  const found = await computed(
    model,
    () => policyGradients(model, units, spy, options, createRandom(8)),
  );
  assert.equal(samples.length, units.length * S);
  assert.ok(new Set(samples.map(({ words }) => words.join(" "))).size > S, "sentences differ");
  const loss: PlainLoss = (plain) => {
    let sum = 0;
    units.forEach((unit, b) => {
      const own = samples.slice(b * S, (b + 1) * S);
      const ext = own.map(({ words, extracted }) =>
        made.score(words, unit) + .4 * made.scoreOf(extracted, unit)
      );
      const gen = own.map(({ words, extracted }) =>
        made.score(words, unit) + .3 * made.recall(words, extracted, unit)
      );
      const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / S;
      own.forEach(({ words, extracted }, s) => {
        const place = unit.candidates.indexOf(extracted);
        const written = -plain.surprise(model.vocabulary.encode(words), plain.start(unit, place));
        sum -= 2 / (units.length * S) *
          ((ext[s] - mean(ext)) * plain.logP(unit)[place] + (gen[s] - mean(gen)) * written);
      });
    });
    return sum + .5 * taughtLoss(plain);
  };
  // Backends draw the same but for their last bits.
  await assertGradients(JSON.stringify(samples), model, found, loss, ["margin"]);
  model.parameters.all.dispose();
}, ["native", "cpu"]);

/** Draws of extractions that are known beforehand; the rest is drawn. */
function scripted(draws: readonly number[]): Random {
  const random = createRandom(1), left = [...draws];
  return {
    ...{ normal: () => random.normal(), integer: (n: number) => random.integer(n) },
    ...{ shuffle: (values) => random.shuffle(values), uniform: () => left.shift()! },
    fork: (label) => label === "extractions" ? scripted(draws) : random.fork(label),
  };
}

testOnBackends(
  "REINFORCE: the mean over all draws is (S - 1)/S of the gradient of the expected reward",
  async () => {
    const model = await drawnModel(corpus, sizes), [unit] = units, S = 2;
    const P = plainModel(model, await model.parameters.all.copy()).logP(unit).map(Math.exp);
    assert.ok(P.every((p) => p > .01), `${P}: nothing is settled`);
    // The middle of each candidate's part of [0, 1).
    const draws = P.map((p, x) => P.slice(0, x).reduce((sum, before) => sum + before, 0) + p / 2);
    // Sentences are worth nothing, whatever is written.
    const extracted: Reward = { ...made, score: () => 0, recall: () => 0 };
    const options = { samples: S, weights: [1, 0], shares: [1, 1] } as const;
    const mean: Record<string, Float64Array> = {};
    for (const [x, p] of P.entries()) {
      for (const [y, q] of P.entries()) {
        const { spy, samples } = recorded(extracted);
        const { gradients } = await computed(
          model,
          () => policyGradients(model, [unit], spy, options, scripted([draws[x], draws[y]])),
        );
        assert.deepEqual(samples.map(({ extracted }) => unit.candidates.indexOf(extracted)), [x, y]);
        for (const [name, values] of Object.entries(gradients)) {
          const sum = mean[name] ??= new Float64Array(values.length);
          values.forEach((value, i) => sum[i] += p * q * value);
        }
      }
    }
    const { gradients: exact } = await computed(
      model,
      () =>
        pretrainGradients(
          model,
          [unit],
          extracted,
          { extraction: "expected-reward", weights: [1, 0] },
          createRandom(1),
        ),
    );
    for (const [name, values] of Object.entries(exact)) {
      if (values.every((value) => Math.abs(value) < 1e-7)) continue;
      assertClose(mean[name], values.map((value) => (S - 1) / S * value), 1e-3, name);
    }
    assert.ok(Math.max(...exact["context.W"].map(Math.abs)) > 1e-3);
    model.parameters.all.dispose();
  },
  ["native", "wasm"],
);

testOnBackends("extractions are drawn as often as they are probable", async () => {
  const model = await drawnModel(corpus, sizes), [unit] = units, S = 4000;
  const { spy, samples } = recorded({ ...made, score: () => 0, recall: () => 0 });
  const options = { samples: S, weights: [1, 0], shares: [0, 0] } as const;
  tf.engine().startScope();
  await policyGradients(model, [unit], spy, options, createRandom(2));
  tf.engine().endScope();
  const P = plainModel(model, await model.parameters.all.copy()).logP(unit).map(Math.exp);
  P.forEach((p, x) => {
    const share = samples.filter(({ extracted }) => extracted === unit.candidates[x]).length / S;
    assert.ok(Math.abs(share - p) < 4 * Math.sqrt(p * (1 - p) / S), `${share}, expected ${p}`);
  });
  model.parameters.all.dispose();
}, ["native"]);
