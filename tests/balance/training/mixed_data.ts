/** Small seeded data with a task of each kind, some labels missing: whether, how much, and which of three. */
import { type TaskHead, taskHead } from "../../../lib/balance/mod.ts";
import type { Batch, PreparedSchema, Split } from "../../../lib/data/mod.ts";
import { createRandom, type Random } from "../../../lib/random/mod.ts";
import { splitOf, tinyBatch, tinySchema } from "./tiny_data.ts";

const none = { train: 0, validation: 0, test: 0 };

export const mixedSchema: PreparedSchema = {
  ...tinySchema,
  tasks: [
    { name: "whether", kind: "binary", positiveRate: 0.5, labelled: none, positives: none },
    { name: "amount", kind: "regression", mean: 0, scale: 1, labelled: none },
    {
      ...{ name: "which", kind: "multi-class", classes: ["low", "middle", "high"], labelled: none },
      counts: { train: [1, 1, 1], validation: [1, 1, 1], test: [1, 1, 1] },
    },
  ],
};

export const mixedHeads: readonly TaskHead[] = mixedSchema.tasks.map(taskHead);

/**
 * Rows whose labels follow from their fields, with noise.
 *
 * @param missing The share of labels that is missing, of each task by itself.
 */
export function mixedBatch(size: number, random: Random, missing = 0.3): Batch {
  const batch = tinyBatch(size, random), fields = batch.numeric.length / size;
  const labels = new Float32Array(3 * size);
  labels.set(batch.labels.subarray(0, size));
  for (let b = 0; b < size; b++) {
    const [x, y, z] = batch.numeric.subarray(b * fields, (b + 1) * fields);
    labels[size + b] = 0.8 * x - 0.5 * y + 0.3 * random.normal();
    const score = 2 * z + x + 0.5 * random.normal();
    labels[2 * size + b] = score < -1 ? 0 : score < 1 ? 1 : 2;
  }
  const mask = Float32Array.from(labels, () => random.uniform() < missing ? 0 : 1);
  return { ...batch, labels: labels.map((label, i) => mask[i] === 0 ? 0 : label), mask };
}

export function mixedSplit(name: Split["name"], rows: number, seed: string): Split {
  return splitOf(mixedSchema, name, mixedBatch(rows, createRandom(seed)));
}
