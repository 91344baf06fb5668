import * as tf from "@tensorflow/tfjs-core";
import { gramOfRows, hostValues, type RowGradient } from "../../tensor/mod.ts";
import { type Cut, inputRows, rowsOf, type SharedUpdate } from "./cut.ts";
import type { TrainState } from "./train_step.ts";

/**
 * Balances the gradients of all shared parameters, as the methods before MultiBalance do: the bottom runs backward
 * once for every task. Embedding tables are shared too. Of them only the rows of the batch have a gradient, so for a
 * Gram matrix those rows do; a method that remembers gradients gets the whole tables, since its rows must be the same
 * in every step.
 */
export async function balanceParameters(state: TrainState, cut: Cut): Promise<SharedUpdate> {
  const { model, tables, tasks, balancer } = state;
  const { g, index, losses, step } = cut;
  const dense = model.shared.reduce((sum, variable) => sum + variable.size, 0);
  const rows = balancer.needs === "gradients"
    ? Int32Array.from({ length: tables.rowCount }, (_, row) => row)
    : index.rows.subarray(0, index.count);
  const length = dense + rows.length * tables.dim;
  // Task m's gradient of all shared parameters, flattened, is row m.
  const gradients = new Float32Array(tasks * length);
  for (let m = 0; m < tasks; m++) {
    const { input, variables } = cut.pull(
      tf.reshape(tf.slice(g, [m], [1]), g.shape.slice(1)),
      bypassOf(cut, m),
    );
    let at = m * length;
    for (const variable of variables) {
      gradients.set(await hostValues(variable), at);
      at += variable.size;
    }
    placeRows(
      await inputRows(tables, index, input),
      tables.dim,
      rows,
      gradients.subarray(at, (m + 1) * length),
    );
    tf.dispose([input, ...variables]);
  }

  const direction = balancer.needs === "gradients"
    ? balancer.combine!({ losses, gradients: rowsOf(gradients, tasks), step })
    : sumRows(gradients, balancer.weigh!({ losses, gram: gramOfRows(gradients, tasks), step }));
  let at = 0;
  return {
    variables: model.shared.map(({ shape, size }) => tf.tensor(direction.slice(at, at += size), shape)),
    rows: { rows, count: rows.length, values: direction.subarray(at) },
  };
}

/** Copies a batch's row gradients to their places among `rows`: the same rows, or all of the tables in order. */
function placeRows(gradient: RowGradient, dim: number, rows: Int32Array, into: Float32Array): void {
  if (rows.buffer === gradient.rows.buffer) {
    into.set(gradient.values);
    return;
  }
  for (let u = 0; u < gradient.count; u++) {
    into.set(gradient.values.subarray(u * dim, (u + 1) * dim), gradient.rows[u] * dim);
  }
}

/** Task m's share of the gradients that bypass the cut: the other tasks' rows are zero. */
function bypassOf({ bypass, losses }: Cut, m: number): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(bypass).map(([name, gradient]) => {
      const only = Float32Array.from(losses, (_, i) => i === m ? 1 : 0);
      return [name, tf.mul(gradient, tf.tensor(only, [losses.length, ...Array(gradient.rank - 1).fill(1)]))];
    }),
  );
}

/** sum_m w_m g_m of the rows of a matrix. */
function sumRows(matrix: Float32Array, w: Float64Array): Float32Array {
  const sum = new Float32Array(matrix.length / w.length);
  rowsOf(matrix, w.length).forEach((row, m) => {
    const weight = w[m];
    for (let k = 0; k < row.length; k++) sum[k] += weight * row[k];
  });
  return sum;
}
