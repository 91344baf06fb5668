import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { useBackend } from "../../../lib/tensor/mod.ts";
import { withTempFolder } from "../../data/fixtures.ts";
import { assertClose, testOnBackends } from "../../tensor/backends_under_test.ts";
import {
  type CompExpModel,
  type CompExpTraining,
  createCompExp,
  createReward,
  explainTasks,
  trainCompExp,
  type TrainingProgress,
  validationScores,
  warmUpLoss,
} from "./parts.ts";
import { rated, tinyReader, tinySizes, tinyWorld } from "./tiny_world.ts";
import { tinyTraining, trainTiny } from "./tiny_training.ts";

const corpus = tinyWorld();
const validation = rated(corpus, corpus.validation);
const held = [...corpus.sentences.keys()]
  .filter((s) => corpus.reviews[corpus.sentences[s].review].split === "validation");

/** Mean over validation of sum_x P(x) IDF-BLEU-2(x, targets). */
async function expectedReward(model: CompExpModel): Promise<number> {
  const reward = createReward(model, "idf-bleu", { maxOrder: 2, guidance: 0 });
  const explanations = await explainTasks(model, validation, { say: "extracted" });
  let sum = 0;
  explanations.forEach(({ logP }, t) =>
    logP.forEach((value, x) =>
      sum += Math.exp(value) * reward.scoreOf(validation[t].candidates[x], validation[t])
    )
  );
  return sum / validation.length;
}

const overlap = (model: CompExpModel) => createReward(model, "idf-bleu", { maxOrder: 2, guidance: 0 });

const measures = {
  "the surprise of a held-out sentence said again": (model: CompExpModel) => warmUpLoss(model, held),
  "the expected reward of an extraction": expectedReward,
  "the reward of what is written": async (model: CompExpModel) =>
    (await validationScores(model, validation, { refine: true, reward: overlap(model) })).written,
  "the reward of what is extracted": async (model: CompExpModel) =>
    (await validationScores(model, validation, { refine: false, reward: overlap(model) })).extracted,
};
const none = { ...tinyTraining.pretrain, epochs: 0 };
const long = { epochs: 25, batch: 8, learningRate: 2e-2 };

/** What each part of the training is for: measures before and after, as they have to be. */
const lessons: [
  name: string,
  evidence: boolean,
  changes: Partial<CompExpTraining>,
  learnt: Partial<Record<keyof typeof measures, [before: number, after: number]>>,
][] = [
  ["the warm-up teaches to say again what was read", true, { warmUp: long, pretrain: none, policy: [] }, {
    "the surprise of a held-out sentence said again": [3, 1.2],
  }],
  ["pre-training by the expected reward teaches to extract", true, { weights: [50, 0], policy: [] }, {
    "the expected reward of an extraction": [.4, .75],
    "the reward of what is extracted": [.4, .75],
  }],
  [
    "pre-training by likelihood teaches to extract what may be rewritten",
    true,
    { extraction: "nll", weights: [1, 1], pretrain: { ...none, epochs: 10 }, policy: [] },
    {
      "the expected reward of an extraction": [.4, .55],
    },
  ],
  [
    "in the paper's form it takes sentences that the warm-up tells apart",
    false,
    { warmUp: long, pretrain: { ...none, epochs: 10 }, policy: [] },
    {
      "the expected reward of an extraction": [.4, .5],
      "the reward of what is written": [.01, .5],
    },
  ],
  [
    "policy gradient teaches both from samples",
    true,
    { warmUp: long, pretrain: none, policy: [{ ...tinyTraining.policy[0], epochs: 12, learningRate: 2e-2 }] },
    {
      "the expected reward of an extraction": [.4, .45],
      "the reward of what is written": [.01, .45],
    },
  ],
];
for (const [name, evidence, changes, learnt] of lessons) {
  testOnBackends(name, async () => {
    const model = createCompExp(corpus, { ...tinySizes, evidence, reader: tinyReader, seed: 3 });
    const training = { ...tinyTraining, guidance: 0, patience: 30, ...changes };
    const asked = Object.entries(learnt).map(([measure, bounds]) => ({
      ...{ measure, bounds },
      value: measures[measure as keyof typeof measures],
    }));
    const before = await Promise.all(asked.map(({ value }) => value(model)));
    const { phases } = await trainCompExp(model, validation, training);
    for (const [i, { measure, bounds: [start, end], value }] of asked.entries()) {
      const after = await value(model), less = end < start;
      assert.ok(less ? before[i] > start : before[i] < start, `${measure} was ${before[i]}`);
      assert.ok(less ? after < end : after > end, `${measure} is ${after}`);
    }
    const { report } = phases.at(-1)!;
    assert.ok(report.best > 0, "the start was not the best");
    model.parameters.all.dispose();
  }, ["native"]);
}

testOnBackends("the warm-up leaves what only extracts as it was, to the last bit", async () => {
  const model = createCompExp(corpus, { ...tinySizes, reader: tinyReader, seed: 3 });
  const before = await model.parameters.all.copy();
  await trainCompExp(model, validation, { ...tinyTraining, warmUp: long, pretrain: none, policy: [] });
  const after = await model.parameters.all.copy();
  for (
    const name of [
      "ratings",
      "context.W",
      "context.b",
      "evidence.w",
      "evidence.lambda",
      "refine.a",
      "refine.b",
    ]
  ) {
    assert.deepEqual(after[name], before[name], name);
  }
  for (const name of ["forward.W", "backward.U", "writer.W", "output.b", "words", "written"]) {
    assert.notDeepEqual(after[name], before[name], name);
  }
  model.parameters.all.dispose();
}, ["native", "wasm"]);

Deno.test("each phase keeps its best epoch by the score of the parts that learn", async () => {
  await useBackend("wasm");
  const rates: [
    changes: Partial<CompExpTraining>,
    score: (s: { written: number; extracted: number }) => number,
  ][] = [
    [{ weights: [50, 1] }, ({ written, extracted }) => written + .2 * extracted],
    [{ weights: [50, 0] }, ({ extracted }) => extracted],
    [{ weights: [0, 1] }, ({ written }) => written],
  ];
  for (const [changes, score] of rates) {
    const model = createCompExp(corpus, { ...tinySizes, reader: tinyReader, seed: 3 });
    const refine = changes.weights![1] > 0, guidance = .02;
    const reward = createReward(model, "idf-bleu", { maxOrder: 2, guidance });
    const measure = async () => score(await validationScores(model, validation, { refine, reward }));
    const start = await measure();
    const report = await trainCompExp(model, validation, {
      ...{ ...tinyTraining, ...changes, guidance, policy: [], patience: 2 },
      warmUp: { ...tinyTraining.warmUp, epochs: 0 },
      // So fast that it soon gets worse.
      pretrain: { ...tinyTraining.pretrain, epochs: 12, learningRate: .3 },
    });
    assert.deepEqual(report.phases.map(({ phase }) => phase), ["pre-training"], "those that have epochs");
    const [{ report: { epochs, best, score: kept } }] = report.phases;
    const scores = [start, ...epochs.map(({ score }) => score)];
    assert.equal(epochs.length, Math.min(12, best + 2), "patience");
    assert.ok(epochs.length < 12 && scores.at(-1)! <= kept, `${scores}`);
    assert.equal(kept, Math.max(...scores));
    assert.equal(best, scores.indexOf(kept));
    assertClose([await measure()], [kept], 1e-6, "the model is left with it");
    assert.equal(report.margin !== undefined, refine, "a margin of a model that writes");
    model.parameters.all.dispose();
  }
});

testOnBackends("the same seed gives the same to the last bit, another does not", async () => {
  const once = await trainTiny();
  assert.deepEqual(await trainTiny(), once);
  assert.notDeepEqual((await trainTiny({ seed: 4 })).report, once.report);
  for (const [name, { data }] of Object.entries(once.values)) {
    assert.ok(data.every(Number.isFinite), name);
  }
}, ["native", "wasm"]);

Deno.test("progress counts the steps of all phases, those that are left out by early stopping too", async () => {
  await useBackend("wasm");
  const told: TrainingProgress[] = [];
  const { report } = await trainTiny({ patience: 1 }, { onProgress: (progress) => told.push(progress) });
  // 30 training sentences and 24 units: 2 x 4, 3 x 3 and 2 x 2 steps.
  assert.deepEqual([...new Set(told.map(({ steps }) => steps))], [21]);
  assert.deepEqual([...new Set(told.map(({ phase }) => phase))], report.phases.map(({ phase }) => phase));
  assert.deepEqual(report.phases.map(({ phase }) => phase), ["warm-up", "pre-training", "policy gradient 1"]);
  const start = { "warm-up": 0, "pre-training": 8, "policy gradient 1": 17 };
  for (const { phase, report: { epochs } } of report.phases) {
    const own = told.filter((progress) => progress.phase === phase);
    const first = start[phase as keyof typeof start];
    assert.deepEqual([own[0].step, own[0].score], [first + 1, undefined]);
    assert.equal(own.at(-1)!.score, epochs.at(-1)!.score);
    assert.equal(own.at(-1)!.loss, epochs.at(-1)!.loss);
  }
});

Deno.test("an epoch may be of fewer reviews than there are", async () => {
  await useBackend("wasm");
  const steps: Record<string, number> = {};
  const pretrain = { ...tinyTraining.pretrain, reviews: 10 };
  await trainTiny({ pretrain, policy: [{ ...tinyTraining.policy[0], reviews: 99 }] }, {
    onProgress: ({ phase, step }) => steps[phase] = step,
  });
  // 2 x 4, 3 x 2 of 8 and 2 reviews, 2 x 2 of all.
  assert.deepEqual(steps, { "warm-up": 8, "pre-training": 14, "policy gradient 1": 18 });
});

Deno.test("stopped in any phase and started again, training ends with the same parameters to the last bit", async () => {
  await useBackend("wasm");
  const undisturbed = await trainTiny();
  for (const stops of [[3], [12], [19], [6, 9, 17, 21]]) {
    await withTempFolder(async (folder) => {
      const checkpoint = join(folder, "not", "there", "yet");
      for (const stop of stops) {
        const controller = new AbortController();
        await assert.rejects(
          trainTiny({}, {
            ...{ checkpoint, signal: controller.signal },
            onProgress: ({ step }) => step === stop && controller.abort(),
          }).then(() => controller.signal.throwIfAborted()),
          { name: "AbortError" },
          `${stop}`,
        );
      }
      assert.deepEqual(await trainTiny({}, { checkpoint }), undisturbed);
      assert.deepEqual(await trainTiny({}, { checkpoint }), undisturbed, "once more changes nothing");
      await assert.rejects(trainTiny({ seed: 4 }, { checkpoint }), /it is of another run/);
    });
  }
});

Deno.test("killed by the system in the middle of an epoch, training goes on to the same parameters", async () => {
  await useBackend("wasm");
  await withTempFolder(async (checkpoint) => {
    // In the second epoch of pre-training.
    const { signal } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["run", "-A", "--no-check", fileURLToPath(new URL("train_and_die.ts", import.meta.url))],
        ...[checkpoint, "13"],
      ],
    }).output();
    assert.equal(signal, "SIGKILL");
    const left = [...Deno.readDirSync(checkpoint)].map(({ name }) => name).sort();
    assert.deepEqual(left, ["pre-training", "warm-up"]);
    const steps: number[] = [];
    const continued = await trainTiny({}, { checkpoint, onProgress: ({ step }) => steps.push(step) });
    assert.equal(steps[0], 12, "its first epoch was kept");
    assert.deepEqual(continued, await trainTiny());
  });
});

Deno.test("nothing to validate, to train on, or to be guided by is refused", async () => {
  await useBackend("wasm");
  const model = createCompExp(corpus, { ...tinySizes, seed: 3 });
  const train = (given: CompExpModel, changes: Partial<CompExpTraining> = {}, tasks = validation) =>
    trainCompExp(given, tasks, { ...tinyTraining, guidance: 0, ...changes });
  await assert.rejects(train(model, {}, []), {
    name: "RangeError",
    message: "Cannot train CompExp: there are no validation tasks, expected at least one",
  });
  await assert.rejects(train(model, { guidance: .02 }), {
    name: "RangeError",
    message: /^Cannot make a reward: guidance is 0\.02 of a model without a guide/,
  });
  await assert.rejects(warmUpLoss(model, []), /there are no sentences, expected at least one/);
  // Nobody wrote about an item of another's.
  const alone = corpus.reviews.map((review) => ({ ...review, item: review.id }));
  await assert.rejects(train({ ...model, corpus: { ...corpus, reviews: alone } }), /epoch 1 has no batches/);
  model.parameters.all.dispose();
});
