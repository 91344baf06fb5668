/** What the recommender's training is told. */
import * as v from "valibot";
import { balancerOptionNames, methodOf, type TrainConfig, trainConfig } from "../../lib/balance/mod.ts";
import { RATING_TASK } from "./tasks.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const positive = v.pipe(v.number(), v.gtValue(0));

/** Parameters of the recommender. Each width, seed and method is a run of a second or less. */
export const recommenderParams = v.object({
  /** The method that balances the tasks, as the balancing experiments name them. */
  method: v.optional(v.string(), "multibalance"),
  /** What it is compared with: equal weights. */
  rival: v.optional(v.string(), "ew"),
  /** Widths of the embeddings that are tried: a user has some five reviews, so there is little to learn of each. */
  embeddingDims: v.optional(v.pipe(v.array(count), v.nonEmpty()), [2, 4, 8]),
  /** Seeds of the runs of each width and method; the best run at the best width becomes the recommender. */
  seeds: v.optional(v.pipe(v.array(v.number()), v.nonEmpty()), [1, 2]),
  /** Reviews that count as much as not knowing, tried for items and users each. */
  shrinkages: v.optional(v.pipe(v.array(positive), v.nonEmpty()), [1, 2, 5, 10, 20]),
  /** The most frequent attributes, of which it learns whether reviews speak of them and like them. */
  aspects: v.optional(count, 4),
  /** Share of helpful votes from which on a review is one. */
  helpfulShare: v.optional(v.pipe(v.number(), v.minValue(0), v.maxValue(1)), 0.8),
  /** Units of the shared bottom and of each tower, and how they are trained: as in `trainConfig`. */
  bottom: v.optional(v.array(count), [32, 16]),
  tower: v.optional(v.array(count), [8]),
  learningRate: v.optional(positive, 4e-3),
  batchSize: v.optional(count, 512),
  epochs: v.optional(count, 12),
  patience: v.optional(count, 4),
});
export type RecommenderParams = v.InferOutput<typeof recommenderParams>;

/** The configuration of one run, on so many training rows. */
export function configOf(
  params: RecommenderParams,
  run: { method: string; embeddingDim: number; seed: number; tasks: readonly string[]; rows: number },
): TrainConfig {
  const { balancer, level } = methodOf(run.method);
  const { bottom, tower, learningRate, batchSize, epochs, patience } = params;
  return v.parse(trainConfig, {
    ...{ bottom, tower, learningRate, epochs, patience, balancer, level },
    ...{ embeddingDim: run.embeddingDim, seed: run.seed, tasks: run.tasks },
    // Few rows get smaller batches, so that an epoch has eight steps at least.
    batchSize: Math.max(1, Math.min(batchSize, Math.floor(run.rows / 8))),
    // The other tasks help; the recommender is for ratings.
    selectBy: [RATING_TASK],
    balancerOptions: balancerOptionNames(balancer).includes("seed") ? { seed: run.seed } : {},
  });
}
