/** Trains the multi-task recommender, and what it is compared with. */
import * as v from "valibot";
import {
  balancerOptionNames,
  copyWeights,
  disposeNetwork,
  methodOf,
  type Network,
  predict,
  type TaskScores,
  train,
  type TrainConfig,
  trainConfig,
} from "../../lib/balance/mod.ts";
import { rmse } from "../../lib/eval/mod.ts";
import { type RatingEvidenceSource, type StoredCorpus } from "../../lib/explain/mod.ts";
import { blend } from "./blend.ts";
import { biasOf, recommenderData } from "./data.ts";
import { type CorpusEvidence, evidenceOf } from "./evidence.ts";
import type { Recommender, RecommenderRecipe } from "./recommender.ts";
import { compareErrors, type MethodReport, type RecommenderReport } from "./report.ts";
import { RATING_TASK, sideTasks } from "./tasks.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));

/** Parameters of the recommender, each default with its reason. */
export const recommenderParams = v.object({
  /** The method that balances the tasks, as the balancing experiments name them. */
  method: v.optional(v.string(), "multibalance"),
  /** What it is compared with: equal weights. */
  rival: v.optional(v.string(), "ew"),
  /** Widths of the embeddings that are tried: a user has some five reviews, so there is little to learn of each. */
  embeddingDims: v.optional(v.pipe(v.array(count), v.nonEmpty()), [2, 4, 8]),
  /** Seeds of the runs of each width and method; the best run on validation becomes the recommender. */
  seeds: v.optional(v.pipe(v.array(v.number()), v.nonEmpty()), [1, 2, 3]),
  /** Reviews that count as much as not knowing, tried for items and users each. */
  shrinkages: v.optional(v.pipe(v.array(positive), v.nonEmpty()), [1, 2, 5, 10, 20]),
  /** The most frequent attributes, of which it learns whether reviews speak of them and like them. */
  aspects: v.optional(count, 6),
  helpfulShare: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.8),
  bottom: v.optional(v.array(count), [32, 16]),
  tower: v.optional(v.array(count), [8]),
  learningRate: v.optional(positive, 2e-3),
  batchSize: v.optional(count, 256),
  epochs: v.optional(count, 12),
  patience: v.optional(count, 4),
});
export type RecommenderParams = v.InferOutput<typeof recommenderParams>;

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
  const base = validation.map(({ user, item }) => source.mean + biasOf(source.of(user, item)));
  const ratings = validation.map(({ rating }) => rating);
  const common = { trainingReviews: data.train.rows, shrinkage, inputs: data.inputs, target: data.target };

  const runs = params.embeddingDims.length + 2, total = runs * params.seeds.length;
  let done = 0;
  /** A run for each seed. */
  async function runsOf(method: string, embeddingDim: number, tasks: readonly string[]): Promise<Run[]> {
    const own: Run[] = [];
    for (const seed of params.seeds) {
      const { network, bestEpoch, history, taskIndices } = await train(
        data,
        configOf(params, { method, embeddingDim, seed, tasks, rows: data.train.rows }),
      );
      averageUnknown(network);
      const { predicted: [z] } = await predict(network, data.validation, taskIndices);
      const corrections = Array.from(z, (z) => data.target.mean + data.target.scale * z);
      const { share, alone, blended } = blend(base, corrections, ratings);
      own.push({
        recipe: { format: 1, ...common, tasks, share },
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

/** What {@link train} is told. */
function configOf(
  params: RecommenderParams,
  run: { method: string; embeddingDim: number; seed: number; tasks: readonly string[]; rows: number },
): TrainConfig {
  const { balancer, level } = methodOf(run.method);
  const { bottom, tower, learningRate, batchSize, epochs, patience } = params;
  return v.parse(trainConfig, {
    ...{ bottom, tower, learningRate, epochs, patience, balancer, level },
    ...{ embeddingDim: run.embeddingDim, seed: run.seed, tasks: run.tasks },
    batchSize: Math.min(batchSize, run.rows),
    // The other tasks help; the recommender is for ratings.
    selectBy: [RATING_TASK],
    balancerOptions: balancerOptionNames(balancer).includes("seed") ? { seed: run.seed } : {},
  });
}

/** The shrinkage of biases, of all pairs of those given, that predicts the validation ratings best. */
function tuneShrinkage(
  { reviews }: StoredCorpus,
  { reviewsOf, draw }: CorpusEvidence,
  candidates: readonly number[],
): { source: RatingEvidenceSource; shrinkage: RecommenderRecipe["shrinkage"] } {
  const validation = reviewsOf("validation").map((r) => reviews[r]);
  if (validation.length === 0) {
    throw new RangeError(
      "Cannot train a recommender: there are no validation reviews, expected at least one",
    );
  }
  const fits = candidates.flatMap((item) =>
    candidates.map((user) => {
      const shrinkage = { item, user }, source = draw(shrinkage);
      const predicted = validation.map(({ user, item }) => source.mean + biasOf(source.of(user, item)));
      return { source, shrinkage, error: rmse(validation.map(({ rating }) => rating), predicted) };
    })
  );
  return leastOf(fits, ({ error }) => error);
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

/** The first of those with the smallest cost. */
function leastOf<T>(values: readonly T[], costOf: (value: T) => number): T {
  return values.reduce((best, value) => costOf(value) < costOf(best) ? value : best);
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, x) => sum + x, 0) / values.length;
}
