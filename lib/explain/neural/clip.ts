import type * as tf from "@tensorflow/tfjs-core";
import { hostValues, type RowGradient } from "../../tensor/mod.ts";

export async function clipGradients(
  dense: tf.Tensor[],
  rows: readonly RowGradient[],
  limit: number,
): Promise<void> {
  let squares = 0;
  const views: Float32Array[] = [];
  for (const g of dense) views.push(await hostValues(g));
  for (const { values } of rows) views.push(values);
  for (const v of views) for (let i = 0; i < v.length; i++) squares += v[i] * v[i];
  const norm = Math.sqrt(squares);
  if (norm <= limit) return;
  const scale = limit / norm;
  for (const v of views) for (let i = 0; i < v.length; i++) v[i] *= scale;
}
