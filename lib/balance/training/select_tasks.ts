import type { Batch } from "../../data/mod.ts";

/** A batch with the labels of some tasks alone, in the order given. */
export function selectTasks(batch: Batch, indices: readonly number[]): Batch {
  const { size, labels, mask } = batch;
  if (indices.length * size === labels.length && indices.every((index, m) => index === m)) return batch;
  const pick = (from: Float32Array) => {
    const picked = new Float32Array(indices.length * size);
    indices.forEach((index, m) => picked.set(from.subarray(index * size, (index + 1) * size), m * size));
    return picked;
  };
  return { ...batch, labels: pick(labels), mask: mask && pick(mask) };
}
