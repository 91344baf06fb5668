import * as tf from "@tensorflow/tfjs-core";
import {
  hostValues,
  loadSafetensors,
  saveSafetensors,
  type StoredTensor,
  updateVariable,
} from "../../tensor/mod.ts";
import type { BalancerState } from "../balancer.ts";
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

/**
 * Writes a network's weights as a safetensors checkpoint, all or nothing.
 *
 * @param balancer The state of the balancer that trained it (`Balancer.saveState`), to go along.
 */
export async function saveNetwork(
  path: string,
  network: Network,
  balancer: Readonly<BalancerState> = {},
): Promise<void> {
  const tensors = { ...await copyWeights(network), ...withPrefix("balancer", storedArrays(balancer)) };
  await saveSafetensors(path, tensors, { format: "equipoise-network" });
}

/**
 * Sets a network's weights from a checkpoint that `saveNetwork` wrote for a network of the same sizes.
 *
 * @returns The balancer's state, for `Balancer.restoreState`; empty if none was saved.
 * @throws {Error} If the file is not whole, or a weight is missing or has another shape, naming it.
 */
export async function loadNetwork(path: string, network: Network): Promise<BalancerState> {
  const { tensors } = await loadSafetensors(path);
  await setWeights(network, tensors);
  return arraysOf(ofPrefix("balancer", tensors));
}

/** Named arrays as vectors to store. */
export function storedArrays(
  arrays: Readonly<Record<string, Float32Array | Float64Array>>,
): Record<string, StoredTensor> {
  return Object.fromEntries(
    Object.entries(arrays).map(([name, data]) => [name, { shape: [data.length], data }]),
  );
}

/** The data of stored floating-point tensors, by name. */
export function arraysOf(tensors: Readonly<Record<string, StoredTensor>>): BalancerState {
  return Object.fromEntries(
    Object.entries(tensors).map(([name, { data }]) => [name, data as Float32Array | Float64Array]),
  );
}

/** The tensors under `prefix.name`. */
export function withPrefix(
  prefix: string,
  tensors: Readonly<Record<string, StoredTensor>>,
): Record<string, StoredTensor> {
  return Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [`${prefix}.${name}`, tensor]));
}

/** The tensors that {@link withPrefix} put under the prefix. */
export function ofPrefix(
  prefix: string,
  tensors: Readonly<Record<string, StoredTensor>>,
): Record<string, StoredTensor> {
  return Object.fromEntries(
    Object.entries(tensors).flatMap(([name, tensor]) =>
      name.startsWith(`${prefix}.`) ? [[name.slice(prefix.length + 1), tensor]] : []
    ),
  );
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
