import * as tf from "@tensorflow/tfjs-core";
import { gramOfRows, hostValues, type RowGradient } from "../../tensor/mod.ts";
import { type AtCut, type ForwardPass, withPass } from "./forward_pass.ts";
import type { GradientSum } from "./gradient_sum.ts";
import type { MicroBatch } from "./micro_batches.ts";
import { addTo, checkLosses, ones, rowsOf } from "./step_arrays.ts";
import type { TrainState } from "./train_step.ts";

/**
 * Balances the gradients of all shared parameters, as the methods before MultiBalance do: the bottom runs backward
 * once for every task. Embedding tables are shared too. Of them only the rows of the batch have a gradient, so for a
 * Gram matrix those rows do; a method that remembers gradients gets the whole tables, since its rows must be the same
 * in every step.
 *
 * These gradients add up over micro-batches, so each goes through the network once.
 *
 * @returns The losses [M] of the whole batch.
 */
export async function balanceParameters(
  state: TrainState,
  parts: readonly MicroBatch[],
  step: number,
  sum: GradientSum,
): Promise<Float64Array> {
  const { model, tables, tasks, balancer } = state;
  const dense = model.shared.reduce((total, variable) => total + variable.size, 0);
  const batch = parts[0].index;
  const rows = balancer.needs === "gradients"
    ? Int32Array.from({ length: tables.rowCount }, (_, row) => row)
    : batch.rows.subarray(0, batch.count);
  // Task m's gradient of all shared parameters, flattened, is row m.
  const gradients = new Float32Array(tasks * (dense + rows.length * tables.dim));
  const losses = new Float64Array(tasks);
  for (const [k, part] of parts.entries()) {
    const put = k === 0 ? place : addTo;
    await withPass(state, part, async (pass) => {
      checkLosses(pass.losses, step);
      addTo(losses, pass.losses);
      const seen = pass.pullHeads(ones(tasks));
      sum.addHeads(seen.heads);
      for (const [m, gradient] of rowsOf(gradients, tasks).entries()) {
        await putTaskGradient(pass, seen, m, rows, gradient, put);
      }
    });
  }

  const direction = balancer.needs === "gradients"
    ? balancer.combine!({ losses, gradients: rowsOf(gradients, tasks), step })
    : sumRows(
      gradients,
      balancer.weigh!({
        losses,
        gram: balancer.needs === "gram" ? gramOfRows(gradients, tasks) : undefined,
        step,
      }),
    );
  let at = 0;
  sum.addShared({
    variables: model.shared.map(({ shape, size }) => tf.tensor(direction.slice(at, at += size), shape)),
    rows: { rows, count: rows.length, values: direction.subarray(at) },
  });
  return losses;
}

/** Writes values to an array of zeros, as a plain copy of memory. */
function place(into: Float32Array, values: Float32Array): void {
  into.set(values);
}

/** Puts a micro-batch's gradient of task m into `into`: the shared variables, then `rows` of the tables. */
async function putTaskGradient(
  pass: ForwardPass,
  { g, bypass }: AtCut,
  m: number,
  rows: Int32Array,
  into: Float32Array,
  put: typeof place,
): Promise<void> {
  const d = tf.reshape(tf.slice(g, [m], [1]), g.shape.slice(1));
  const { variables, rows: ofBatch } = await pass.pullBottom(d, bypassOf(bypass, g.shape[0], m));
  let at = 0;
  for (const variable of variables) {
    put(into.subarray(at, at += variable.size), await hostValues(variable));
  }
  putRows(ofBatch, rows, into.subarray(at), put);
  tf.dispose([...variables]);
}

/** Puts a batch's row gradients at their places among `rows`: the same rows, or all of the tables in order. */
function putRows(gradient: RowGradient, rows: Int32Array, into: Float32Array, put: typeof place): void {
  if (rows.buffer === gradient.rows.buffer) {
    put(into, gradient.values);
    return;
  }
  const dim = into.length / rows.length;
  for (let u = 0; u < gradient.count; u++) {
    const from = gradient.rows[u] * dim;
    put(into.subarray(from, from + dim), gradient.values.subarray(u * dim, (u + 1) * dim));
  }
}

/** Task m's share of the gradients that bypass the cut: the other tasks' rows are zero. */
function bypassOf(bypass: AtCut["bypass"], tasks: number, m: number): Record<string, tf.Tensor> {
  return Object.fromEntries(
    Object.entries(bypass).map(([name, gradient]) => {
      const only = Float32Array.from({ length: tasks }, (_, i) => i === m ? 1 : 0);
      return [name, tf.mul(gradient, tf.tensor(only, [tasks, ...Array(gradient.rank - 1).fill(1)]))];
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
