import * as tf from "@tensorflow/tfjs-core";
import { type EmbeddingTables, filledTensor, hostValues, type RowGradient, vjp } from "../../tensor/mod.ts";
import { expectedNames } from "../../text/mod.ts";
import type { Parameters } from "./parameters.ts";

/** A loss and its gradients by the parameters. */
export interface LossGradients {
  readonly loss: number;
  /** One for each variable of the parameters, in their order. */
  readonly dense: tf.Tensor[];
  /** Of the rows of each table that the batch looked up. */
  readonly rows: Map<string, RowGradient>;
}

/**
 * Runs a model forward and backward once.
 *
 * @param ids Rows to look up in each table, by the table's name. [N]
 * @param forward From the rows looked up [N, width], by the table's name, to a scalar loss.
 * @returns Its tensors belong to the caller's scope; the values of `rows` are overwritten by the next call.
 * @throws {RangeError} If there is no such table, or no such row.
 */
export async function lossGradients(
  parameters: Parameters,
  ids: Readonly<Record<string, Int32Array>>,
  forward: (rows: Record<string, tf.Tensor2D>) => tf.Scalar,
): Promise<LossGradients> {
  const names = Object.keys(ids);
  const looked = names.map((name) => lookUp(parameters, name, ids[name]));
  const variables = [...parameters.variables.values()];
  using pass = vjp(
    () => ({ loss: forward(Object.fromEntries(names.map((name, i) => [name, looked[i]]))) }),
    [...looked, ...variables],
  );
  const one = tf.scalar(1);
  const gradients = pass.pullback({ loss: one });
  one.dispose();
  const rows = new Map<string, RowGradient>();
  for (const [i, name] of names.entries()) {
    const table = tableOf(parameters, name);
    rows.set(name, table.rowGradient(table.index(ids[name]), await hostValues(gradients[i]), table.dim));
  }
  const loss = (await hostValues(pass.outputs.loss))[0];
  return { loss, dense: gradients.slice(names.length), rows };
}

/**
 * The rows of a table with these ids. [N, width]
 *
 * @throws {RangeError} If there is no such table, or no such row.
 */
export function lookUp(parameters: Parameters, name: string, ids: Int32Array): tf.Tensor2D {
  const table = tableOf(parameters, name);
  return filledTensor([ids.length, table.dim], (into) => table.gather(ids, into, table.dim)) as tf.Tensor2D;
}

function tableOf({ tables }: Parameters, name: string): EmbeddingTables {
  const table = tables.get(name);
  if (table !== undefined) return table;
  throw new RangeError(
    `Cannot look up rows of table '${name}': there is none, ${expectedNames(name, [...tables.keys()])}`,
  );
}
