/** Small seeded data for trainer tests: learnable labels from two categorical and three numeric fields. */
import type { Batch, PreparedSchema, Split } from "../../../lib/data/mod.ts";
import { createRandom, type Random } from "../../../lib/random/mod.ts";

export const tinyTasks = ["click", "buy", "return"] as const;

const categoricalSizes = [7, 4], numericFields = 3;

export const tinySchema: PreparedSchema = {
  format: 1,
  name: "tiny",
  provenance: {},
  fields: [
    ...categoricalSizes.map((size, i) => ({ name: `c${i}`, kind: "categorical" as const, size })),
    ...Array.from({ length: numericFields }, (_, i) => ({ name: `x${i}`, kind: "numeric" as const })),
  ],
  tasks: tinyTasks.map((name) => ({
    name,
    kind: "binary" as const,
    positiveRate: 0.5,
    labelled: { train: 0, validation: 0, test: 0 },
    positives: { train: 0, validation: 0, test: 0 },
  })),
  rows: { train: 0, validation: 0, test: 0 },
};

/** Rows whose labels follow from their fields, with noise. */
export function tinyBatch(size: number, random: Random): Batch {
  const categorical = new Int32Array(size * categoricalSizes.length);
  const numeric = new Float32Array(size * numericFields), labels = new Float32Array(tinyTasks.length * size);
  for (let b = 0; b < size; b++) {
    categoricalSizes.forEach((rows, f) =>
      categorical[b * categoricalSizes.length + f] = random.integer(rows)
    );
    for (let f = 0; f < numericFields; f++) numeric[b * numericFields + f] = random.normal();
    const [x, y, z] = numeric.subarray(b * numericFields, (b + 1) * numericFields);
    const c = categorical[b * categoricalSizes.length] % 2 ? 1 : -1;
    const logits = [2 * x + c, -2 * x + y - 1, 2 * z - y];
    logits.forEach((logit, m) =>
      labels[m * size + b] = random.uniform() < 1 / (1 + Math.exp(-logit)) ? 1 : 0
    );
  }
  return { size, rows: new BigInt64Array(size), categorical, numeric, labels };
}

/** A split of such rows, in memory. */
export function tinySplit(name: Split["name"], rows: number, seed: string): Split {
  return splitOf(tinySchema, name, tinyBatch(rows, createRandom(seed)));
}

/** Rows in memory as a split. */
export function splitOf(schema: PreparedSchema, name: Split["name"], all: Batch): Split {
  const rows = all.size;
  return {
    schema,
    name,
    rows,
    categorical: categoricalSizes.map((size, i) => ({ name: `c${i}`, size })),
    numeric: ["x0", "x1", "x2"],
    tasks: schema.tasks.map(({ name }) => name),
    async *batches({ batchSize, shuffle, dropLast }) {
      const order = Int32Array.from({ length: rows }, (_, i) => i);
      shuffle?.shuffle(order);
      for (let from = 0; from < rows; from += batchSize) {
        const chosen = order.subarray(from, from + batchSize);
        if (dropLast && chosen.length < batchSize) return;
        yield pick(all, chosen);
      }
    },
  };
}

/** The rows of a batch at the given places. */
export function pick(batch: Batch, places: ArrayLike<number>): Batch {
  const size = places.length;
  const rowMajor = <T extends Float32Array | Int32Array>(from: T, to: T) => {
    const width = from.length / batch.size;
    for (let i = 0; i < size; i++) {
      to.set(from.subarray(places[i] * width, (places[i] + 1) * width), i * width);
    }
    return to;
  };
  const taskMajor = (from: Float32Array) => {
    const tasks = from.length / batch.size, to = new Float32Array(tasks * size);
    for (let m = 0; m < tasks; m++) {
      for (let i = 0; i < size; i++) to[m * size + i] = from[m * batch.size + places[i]];
    }
    return to;
  };
  return {
    size,
    rows: new BigInt64Array(size),
    categorical: rowMajor(batch.categorical, new Int32Array(size * categoricalSizes.length)),
    numeric: rowMajor(batch.numeric, new Float32Array(size * numericFields)),
    labels: taskMajor(batch.labels),
    ...batch.mask ? { mask: taskMajor(batch.mask) } : {},
  };
}
