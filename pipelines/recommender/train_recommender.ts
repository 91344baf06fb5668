/** Trains the multi-task recommender, and what it is compared with. */
import {
  copyWeights,
  disposeNetwork,
  type Network,
  predict,
  type TaskScores,
  train,
} from "../../lib/balance/mod.ts";
import type { StoredCorpus } from "../../lib/explain/mod.ts";
import { blend } from "./blend.ts";
import { biasRating, recommenderData } from "./data.ts";
import { evidenceOf } from "./evidence.ts";
import { leastOf } from "./least.ts";
import { configOf, type RecommenderParams } from "./params.ts";
import type { Recommender, RecommenderRecipe } from "./recommender.ts";
import { compareErrors, type MethodReport, type RecommenderReport } from "./report.ts";
import { RATING_TASK, sideTasks } from "./tasks.ts";
import { tuneShrinkage } from "./tune_shrinkage.ts";

/** A trained network with the share of its correction that is best on validation. */
interface Run {
  readonly recipe: RecommenderRecipe;
  readonly weights: Recommender["weights"];
  readonly alone: number;
  readonly blended: number;
  readonly seed: number;
  readonly epoch: number;
  readonly scores: readonly TaskScores[];
}

/**
 * Trains the recommender on the training reviews of a corpus: one network that predicts what biases leave unexplained of
 * the ratings, and, from the same shared bottom, what reviews speak of, whether they like it, and how helpful they are,
 * its gradients balanced. Shrinkage, width of the embeddings, epoch, seed and share of the correction are those with the
 * smallest RMSE on validation; the test reviews are read once, for the report.
 *
 * @throws {RangeError} Ratings are all the same, or there are none to validate with.
 */
export async function trainRecommender(
  corpus: StoredCorpus,
  params: RecommenderParams,
  progress: (done: number, total: number, note: string) => void = () => {},
): Promise<{ recommender: Recommender; report: RecommenderReport }> {
  const evidence = evidenceOf(corpus);
  const { source, shrinkage } = tuneShrinkage(corpus, evidence, params.shrinkages);
  const side = sideTasks(corpus, evidence, params);
  const data = recommenderData(corpus, evidence, source, side);
  const validation = evidence.reviewsOf("validation").map((r) => corpus.reviews[r]);
  const base = validation.map(({ user, item }) => biasRating(source, user, item));
  const ratings = validation.map(({ rating }) => rating);
  const common = { trainingReviews: data.train.rows, shrinkage, inputs: data.inputs, target: data.target };

  const runs = params.embeddingDims.length + 2, total = runs * params.seeds.length;
  let done = 0;
  /** A run for each seed. */
  async function runsOf(method: string, embeddingDim: number, tasks: readonly string[]): Promise<Run[]> {
    const own: Run[] = [];
    for (const seed of params.seeds) {
      const config = configOf(params, { method, embeddingDim, seed, tasks, rows: data.train.rows });
      const { network, bestEpoch, history, taskIndices } = await train(data, config);
      averageUnknown(network);
      const { predicted: [z] } = await predict(network, data.validation, taskIndices);
      const corrections = Array.from(z, (z) => data.target.mean + data.target.scale * z);
      const { share, alone, blended } = blend(base, corrections, ratings);
      own.push({
        recipe: { format: 1, method, ...common, tasks, share },
        weights: await copyWeights(network),
        ...{ alone, blended, seed },
        epoch: bestEpoch,
        scores: history[bestEpoch - 1].validation,
      });
      disposeNetwork(network);
      progress(++done, total, method);
    }
    return own;
  }

  const tasks = [RATING_TASK, ...side.map(({ name }) => name)];
  const widths: { embeddingDim: number; own: Run[] }[] = [];
  for (const embeddingDim of params.embeddingDims) {
    widths.push({ embeddingDim, own: await runsOf(params.method, embeddingDim, tasks) });
  }
  const { embeddingDim, own } = leastOf(widths, ({ own }) => meanOf(own.map(({ blended }) => blended)));
  const best = leastOf(own, ({ blended }) => blended);
  const rival = await runsOf(params.rival, embeddingDim, tasks);
  const single = await runsOf("ew", embeddingDim, [RATING_TASK]);
  const recommender = { recipe: best.recipe, weights: best.weights };
  const methodReport = (method: string, embeddingDim: number, runs: readonly Run[]): MethodReport => ({
    ...{ method, embeddingDim },
    alone: runs.map(({ alone }) => alone),
    blended: runs.map(({ blended }) => blended),
  });
  return {
    recommender,
    report: {
      ...compareErrors(corpus, source, recommender),
      methods: [
        ...widths.map(({ embeddingDim, own }) => methodReport(params.method, embeddingDim, own)),
        methodReport(params.rival, embeddingDim, rival),
        methodReport("single-task", embeddingDim, single),
      ],
      chosen: { embeddingDim, seed: best.seed, epoch: best.epoch, shrinkage, share: best.recipe.share },
      tasks: best.scores,
    },
  };
}

/** Gives id 0 of every field, which no training review has, the mean embedding of all others: an average user or item. */
function averageUnknown({ tables: { weights, fieldSizes, dim } }: Network): void {
  let start = 0;
  for (const size of fieldSizes) {
    for (let d = 0; d < dim; d++) {
      let sum = 0;
      for (let id = 1; id < size; id++) sum += weights[(start + id) * dim + d];
      weights[start * dim + d] = sum / Math.max(1, size - 1);
    }
    start += size;
  }
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}
