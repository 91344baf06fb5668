import * as v from "valibot";
import {
  createGenerator,
  generatorNames,
  promptedSentences,
  promptedTargets,
  promptsOf,
  readCorpus,
} from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { backendParam, blasEnvironment, startBackend, trainingPermissions } from "../backend.ts";
import { type Explanation, type Explanations, readJson, type SystemRankings, writeJson } from "./files.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/**
 * Trains a generator on the training sentences, selects its epoch on those of validation, and lets it write a sentence for
 * every test task and every ranked item: for the system's rating on the scale of people's stars, never the user's own.
 */
export default defineStage({
  name: "train-generator",
  module: import.meta.url,
  params: v.object({
    method: v.picklist(generatorNames),
    seed: v.optional(v.number(), 1),
    backend: backendParam,
    /** Most frequent words that it knows. */
    vocabulary: v.optional(count, 20_000),
    /** Sizes of the model; the paper's where none is given. */
    sizes: v.optional(v.record(v.string(), v.number()), {}),
    epochs: v.optional(count, 20),
    patience: v.optional(count, 3),
    batch: v.optional(count, 64),
    learningRate: v.optional(v.number(), 1e-3),
    weightDecay: v.optional(v.number(), 1e-4),
  }),
  inputs: ["corpus", "rankings"],
  outputs: ["explanations.json", "generator.safetensors", "training.json"],
  env: blasEnvironment,
  permissions: trainingPermissions,
  async run(ctx) {
    const { method, seed, vocabulary, sizes, epochs, patience, batch, learningRate, weightDecay } =
      ctx.params;
    await startBackend(ctx);
    const corpus = await readCorpus(ctx.input("corpus"));
    const system = await readJson<SystemRankings>(ctx.input("rankings"));
    const generator = createGenerator(method, corpus, { seed, vocabulary, sizes });
    const training = promptedSentences(corpus, "train");
    const steps = Math.ceil(training.length / batch);
    const report = await generator.fit(training, promptedSentences(corpus, "validation"), {
      ...{
        epochs,
        patience,
        batch,
        learningRate,
        weightDecay,
        checkpoint: ctx.checkpoint,
        signal: ctx.signal,
      },
      onProgress: ({ step, loss }) =>
        ctx.progress(step, epochs * steps, { unit: "steps", note: `loss ${loss.toFixed(3)}` }),
    });
    await generator.save(ctx.outputs["generator.safetensors"]);
    const perplexity = await generator.perplexity(promptedTargets(corpus, corpus.test, system.matched));
    const test = promptsOf(corpus.test, system.matched);
    const ranked = system.groups.map(({ tasks, matched }) => promptsOf(tasks, matched));
    // In one list, so that as many as possible are written side by side.
    const written = (await generator.explain([...test, ...ranked.flat()]))
      .map((words): Explanation => ({ words: words.join(" ") }));
    let next = 0;
    const take = (count: number) => written.slice(next, next += count);
    const explanations: Explanations = {
      test: take(test.length),
      rankings: ranked.map(({ length }) => take(length)),
      ranks: null,
      perplexity: Number.isFinite(perplexity) ? perplexity : null,
    };
    await writeJson(ctx.outputs["explanations.json"], explanations);
    const validation = Math.exp(-report.score);
    await writeJson(ctx.outputs["training.json"], {
      ...report,
      perplexity: { validation, test: perplexity },
    });
    ctx.log(
      `perplexity ${
        validation.toFixed(2)
      } on validation after epoch ${report.best} of ${report.epochs.length}, ` +
        `${perplexity.toFixed(2)} on test`,
    );
  },
});
