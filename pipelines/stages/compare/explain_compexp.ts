import * as v from "valibot";
import {
  bestOf,
  type CompExpExplanation,
  createExtractor,
  explainTasks,
  extractionInput,
  loadCompExp,
  oracleExtractor,
  placesAmong,
  rankAmong,
  type RatedTask,
  readCorpus,
  refinerPerplexity,
} from "../../../lib/explain/mod.ts";
import { defineStage } from "../../../lib/pipeline/mod.ts";
import { backendParam, blasEnvironment, startBackend, trainingPermissions } from "../backend.ts";
import {
  type Explanation,
  type Explanations,
  readJson,
  readReader,
  type SystemRankings,
  writeJson,
} from "./files.ts";
import { taskRater } from "./rated_tasks.ts";

/** Explains every test task and every ranked item with a trained CompExp model. */
export default defineStage({
  name: "explain-compexp",
  module: import.meta.url,
  params: v.object({
    backend: backendParam,
    /** What is said of the extracted sentence; see `ExplainOptions.say`. */
    say: v.optional(v.picklist(["extracted", "refined", "best"]), "best"),
    /** What is rewritten: the candidate that the model prefers, or the one in the centroid of all. */
    prototype: v.optional(v.picklist(["model", "centroid"]), "model"),
    /** What the sentences argue for: the system's rating, or the user's own, which no system knows. */
    rating: v.optional(v.picklist(["system", "true"]), "system"),
  }),
  inputs: ["corpus", "rankings", "guide", "model"],
  outputs: ["explanations.json"],
  env: blasEnvironment,
  permissions: trainingPermissions,
  async run(ctx) {
    const { say, prototype, rating } = ctx.params;
    await startBackend(ctx);
    const corpus = await readCorpus(ctx.input("corpus"));
    const rankings = await readJson<SystemRankings>(ctx.input("rankings"));
    const model = await loadCompExp(ctx.input("model"), corpus, await readReader(ctx.input("guide")));
    const rate = taskRater(rankings);
    const test = rating === "system"
      ? rate(corpus.test, { system: rankings.test, matched: rankings.matched })
      : ratedByUsers(corpus);
    const centroid = createExtractor("centroid", {
      idf: corpus.idf,
      attributes: new Set(corpus.attributes),
      seed: 1,
    });
    const choose = prototype === "model"
      ? undefined
      : (_: Float32Array, task: RatedTask) => bestOf(centroid(extractionInput(corpus, task)));
    const all = rankings.groups.flatMap((group) => rate(group.tasks, group));
    const total = test.length + (rating === "true" ? 0 : all.length);
    const explain = (tasks: readonly RatedTask[], before: number) =>
      explainTasks(model, tasks, {
        ...{ say, choose },
        onProgress: (done) => ctx.progress(before + done, total, { unit: "explanations" }),
      });
    const explanationOf = (task: RatedTask, { words, candidate }: CompExpExplanation): Explanation => ({
      words: words.join(" "),
      sentence: task.candidates[candidate],
    });
    const explained = await explain(test, 0);
    const oracle = oracleExtractor({ idf: corpus.idf });
    const ranks = prototype === "centroid"
      ? null
      : explained.map(({ logP }, t) =>
        rankAmong([...logP], bestOf(oracle(extractionInput(corpus, corpus.test[t]))))
      );
    const ranked = rating === "true"
      ? null
      : (await explain(all, test.length)).map((explanation, t) => explanationOf(all[t], explanation));
    const perplexity = say === "extracted" ? undefined : await refinerPerplexity(model, test, choose);
    let from = 0;
    const result: Explanations = {
      test: explained.map((explanation, t) => explanationOf(test[t], explanation)),
      rankings: ranked && rankings.groups.map(({ tasks }) => ranked.slice(from, from += tasks.length)),
      ranks,
      ...perplexity !== undefined && { perplexity: Number.isFinite(perplexity) ? perplexity : null },
    };
    await writeJson(ctx.outputs["explanations.json"], result);
  },
});

/** The test tasks with the ratings that their users gave. */
function ratedByUsers({ reviews, test }: Awaited<ReturnType<typeof readCorpus>>): RatedTask[] {
  const placeOf = placesAmong(reviews.filter(({ split }) => split === "train").map(({ rating }) => rating));
  return test.map((task) => {
    const { rating } = reviews[task.review!];
    return { ...task, rating, place: placeOf(rating) };
  });
}
