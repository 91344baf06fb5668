import * as tf from "@tensorflow/tfjs-core";
import {
  hostValues,
  loadSafetensors,
  saveSafetensors,
  type StoredTensor,
  updateVariable,
} from "../../tensor/mod.ts";
import type { Network } from "./network.ts";

export type Weights = Record<string, StoredTensor>;

/** A copy of all weights of a network, by name. */
export async function copyWeights(network: Network): Promise<Weights> {
  const weights: Weights = {};
  for (const [name, variable] of variablesOf(network)) {
    weights[name] = { shape: variable.shape, data: (await hostValues(variable)).slice() };
  }
  const { rowCount, dim, weights: tables } = network.tables;
  weights["embeddings"] = { shape: [rowCount, dim], data: tables.slice() };
  return weights;
}

/**
 * Sets all weights of a network.
 *
 * @throws {Error} If a weight is missing or has another shape, naming it.
 */
export async function setWeights(network: Network, weights: Weights): Promise<void> {
  const { rowCount, dim } = network.tables;
  for (const [name, variable] of variablesOf(network)) {
    const { data } = weightOf(weights, name, variable.shape);
    await updateVariable(variable, (values) => values.set(data));
  }
  network.tables.weights.set(weightOf(weights, "embeddings", [rowCount, dim]).data);
}

/** Writes a network's weights as a safetensors checkpoint, all or nothing. */
export async function saveNetwork(path: string, network: Network): Promise<void> {
  await saveSafetensors(path, await copyWeights(network), { format: "equipoise-network" });
}

/** Sets a network's weights from a checkpoint that `saveNetwork` wrote for a network of the same sizes. */
export async function loadNetwork(path: string, network: Network): Promise<void> {
  await setWeights(network, (await loadSafetensors(path)).tensors);
}

function variablesOf({ model }: Network): [string, tf.Variable][] {
  return [
    ...model.shared.map((variable, i): [string, tf.Variable] => [`shared.${i}`, variable]),
    ...model.heads.map((variable, i): [string, tf.Variable] => [`heads.${i}`, variable]),
  ];
}

function weightOf(weights: Weights, name: string, shape: readonly number[]): StoredTensor {
  const found = weights[name];
  if (!found || !tf.util.arraysEqual([...found.shape], [...shape])) {
    const state = found ? `its shape is [${found.shape}]` : "it is missing";
    throw new Error(`Cannot set weight '${name}': ${state}, expected shape [${shape}]`);
  }
  return found;
}
