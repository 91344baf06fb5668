import * as v from "valibot";
import {
  createCompExp,
  paperSizes,
  paperTraining,
  readCorpus,
  saveCompExp,
  trainCompExp,
} from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { backendParam, blasEnvironment, startBackend, trainingPermissions } from "../backend.ts";
import { readJson, readReader, type SystemRankings, writeJson } from "./files.ts";
import { taskRater } from "./rated_tasks.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const epochs = v.pipe(v.number(), v.integer(), v.minValue(0));
const positive = v.pipe(v.number(), v.gtValue(0));
const share = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const pair = v.tuple([v.number(), v.number()]);
const { pretrain, policy, ...paper } = paperTraining;

/** Sizes of the model, as lib/explain names them. */
const sizes = v.object({
  vocabulary: v.optional(count, paperSizes.vocabulary),
  embedding: v.optional(count, paperSizes.embedding),
  hidden: v.optional(count, paperSizes.hidden),
  ratingWidth: v.optional(count, paperSizes.ratingWidth),
  dropout: v.optional(v.pipe(v.number(), v.minValue(0), v.ltValue(1)), paperSizes.dropout),
  kappa: v.optional(positive, paperSizes.kappa),
  evidence: v.optional(v.boolean(), paperSizes.evidence),
});

const steps = { epochs, batch: count, learningRate: positive };
const phase = { ...steps, candidates: count, references: count, reviews: v.optional(count) };

/** The training, as lib/explain names its parts; what is not given is the paper's. */
const training = v.object({
  reward: v.optional(v.picklist(["idf-bleu", "bleu"]), paper.reward),
  extraction: v.optional(v.picklist(["expected-reward", "nll"]), paper.extraction),
  weights: v.optional(pair, [...paper.weights]),
  warmUp: v.optional(v.object(steps), paper.warmUp),
  pretrain: v.optional(v.object(phase), pretrain),
  policy: v.optional(
    v.array(v.object({ ...phase, weights: pair, penalties: pair, orders: v.array(v.number()) })),
    policy.map((phase) => ({
      ...phase,
      weights: [...phase.weights],
      penalties: [...phase.penalties],
      orders: [...phase.orders],
    })) as [],
  ),
  samples: v.optional(v.pipe(count, v.minValue(2)), paper.samples),
  guidance: v.optional(v.pipe(v.number(), v.minValue(0)), paper.guidance),
  rewrites: v.optional(count, paper.rewrites),
  keep: v.optional(share, paper.keep),
  weightDecay: v.optional(v.pipe(v.number(), v.minValue(0)), paper.weightDecay),
  patience: v.optional(count, paper.patience),
});

/** Trains CompExp, the extractor and the refiner, with one seed. */
export default defineStage({
  name: "train-compexp",
  module: import.meta.url,
  params: v.object({
    seed: v.number(),
    backend: backendParam,
    sizes: v.optional(sizes, {}),
    training: v.optional(training, {}),
    /** Validation tasks that training looks at after each epoch, at most. */
    validation: v.optional(count, 400),
  }),
  inputs: ["corpus", "rankings", "guide"],
  outputs: ["model.safetensors", "training.json"],
  env: blasEnvironment,
  permissions: trainingPermissions,
  async run(ctx) {
    const { seed, sizes, training, validation } = ctx.params;
    const backend = await startBackend(ctx);
    const corpus = await readCorpus(ctx.input("corpus"));
    const rankings = await readJson<SystemRankings>(ctx.input("rankings"));
    const model = createCompExp(corpus, { ...sizes, reader: await readReader(ctx.input("guide")), seed });
    ctx.log(`${model.parameters.all.size} parameters`);
    const tasks = taskRater(rankings)(corpus.validation, rankings.validation).slice(0, validation);
    const report = await trainCompExp(model, tasks, { ...training, seed }, {
      checkpoint: ctx.checkpoint,
      signal: ctx.signal,
      onProgress: ({ phase, step, steps, loss, score }) => {
        const note = `${phase}, loss ${loss.toFixed(3)}${
          score === undefined ? "" : `, score ${score.toFixed(4)}`
        }`;
        ctx.progress(step, steps, { unit: "steps", note });
      },
    });
    await saveCompExp(ctx.outputs["model.safetensors"], model);
    await writeJson(ctx.outputs["training.json"], { backend, ...report });
  },
});
