/** A corpus as the trainer reads it: ids and standardised numbers of each review's user and item, and its labels. */
import {
  type Batch,
  memorySplit,
  type PreparedSchema,
  type PreparedTask,
  type Split,
} from "../../lib/data/mod.ts";
import type { RatingEvidence, RatingEvidenceSource, StoredCorpus } from "../../lib/explain/mod.ts";
import { type CorpusEvidence, denseInputs, denseValues } from "./evidence.ts";
import { inputEncoder, type InputRecipe } from "./inputs.ts";
import { RATING_TASK, type SideTask } from "./tasks.ts";

/** Mean and population standard deviation. */
export interface Moments {
  readonly mean: number;
  readonly scale: number;
}

/** Rows to train with, and how they were made. */
export interface RecommenderData {
  readonly train: Split;
  readonly validation: Split;
  readonly inputs: InputRecipe;
  /** Of the rating's target over the training reviews, in stars. */
  readonly target: Moments;
}

/** Stars above the mean that biases alone predict. */
export function biasOf({ itemBias, userBias }: RatingEvidence): number {
  return itemBias + userBias;
}

/** Stars that biases alone predict, not yet squeezed into the scale. */
export function biasRating(source: RatingEvidenceSource, user: string, item: string): number {
  return source.mean + biasOf(source.of(user, item));
}

/**
 * Makes the rows of the training and validation reviews. The target of the rating task is what the biases leave
 * unexplained, r - mu - b_u - b_i: a network that has learned nothing yet is as good as they are.
 *
 * @throws {RangeError} If the training ratings are all as the biases say.
 */
export function recommenderData(
  { reviews }: StoredCorpus,
  { reviewsOf }: CorpusEvidence,
  source: RatingEvidenceSource,
  tasks: readonly SideTask[],
): RecommenderData {
  const rows = { train: reviewsOf("train"), validation: reviewsOf("validation"), test: [] };
  const evidence = new Map(
    [...rows.train, ...rows.validation].map((r) => [r, source.of(reviews[r].user, reviews[r].item)]),
  );
  const targetOf = (r: number) => reviews[r].rating - source.mean - biasOf(evidence.get(r)!);
  const target = momentsOf(rows.train.map(targetOf));
  if (!(target.scale > 0)) {
    throw new RangeError(
      `Cannot train a recommender: biases explain all ${rows.train.length} training ratings, expected different ones`,
    );
  }
  const dense = rows.train.map((r) => denseValues(evidence.get(r)!));
  const inputs: InputRecipe = {
    categorical: (["user", "item", "category"] as const).map((name) => ({
      name,
      values: [...new Set(rows.train.map((r) => reviews[r][name]))],
    })),
    dense: denseInputs.map((name, k) => {
      const { mean, scale } = momentsOf(dense.map((values) => values[k]));
      return { name, mean, scale: scale > 0 ? scale : 1 };
    }),
  };

  const encode = inputEncoder(inputs);
  const labelsOf = (
    r: number,
  ) => [(targetOf(r) - target.mean) / target.scale, ...tasks.map(({ label }) => label(r))];
  const batchOf = (indices: readonly number[]): Batch => {
    const size = indices.length;
    const labels = new Float32Array((1 + tasks.length) * size), mask = new Float32Array(labels.length);
    indices.forEach((r, i) =>
      labelsOf(r).forEach((label, t) => {
        if (label === undefined) return;
        labels[t * size + i] = Number(label);
        mask[t * size + i] = 1;
      })
    );
    const encoded = indices.map((r) => {
      const { user, item, category } = reviews[r];
      return encode([user, item, category], denseValues(evidence.get(r)!));
    });
    return {
      size,
      rows: BigInt64Array.from(indices, BigInt),
      categorical: Int32Array.from(encoded.flatMap(({ ids }) => ids)),
      numeric: Float32Array.from(encoded.flatMap(({ numbers }) => numbers)),
      labels,
      ...mask.includes(0) && { mask },
    };
  };
  const count = (of: (indices: readonly number[]) => number) => ({
    train: of(rows.train),
    validation: of(rows.validation),
    test: of(rows.test),
  });
  const schema: PreparedSchema = {
    format: 1,
    name: "ratings",
    provenance: {},
    fields: [
      ...inputs.categorical.map(({ name, values }) => ({
        ...{ name, kind: "categorical" as const, size: values.length + 1 },
      })),
      ...inputs.dense.map(({ name }) => ({ name, kind: "numeric" as const })),
    ],
    tasks: [
      { name: RATING_TASK, kind: "regression", ...target, labelled: count(({ length }) => length) },
      ...tasks.map(({ name, label }): PreparedTask => {
        const having = (...labels: (boolean | undefined)[]) =>
          count((indices) => indices.filter((r) => labels.includes(label(r))).length);
        const labelled = having(true, false), positives = having(true);
        return { name, kind: "binary", labelled, positives, positiveRate: positives.train / labelled.train };
      }),
    ],
    rows: count(({ length }) => length),
  };
  return {
    train: memorySplit(schema, "train", batchOf(rows.train)),
    validation: memorySplit(schema, "validation", batchOf(rows.validation)),
    ...{ inputs, target },
  };
}

function momentsOf(values: readonly number[]): Moments {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const square = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return { mean, scale: Math.sqrt(square) };
}
