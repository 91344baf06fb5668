import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../random/mod.ts";
import { splitParts } from "../../tensor/mod.ts";
import { denseLayers } from "./layers.ts";

/** The towers of all tasks. */
export interface Towers {
  readonly variables: readonly tf.Variable[];
  /**
   * @param phi [M, B, n], each task's own; or [1, B, n], read by all.
   * @returns [O, B]: the outputs of the first task, then those of the second, and so on.
   */
  apply(phi: tf.Tensor): tf.Tensor2D;
}

export interface TowersOptions {
  /** n */
  inputs: number;
  /** Units of each tower's hidden layers. */
  hidden: readonly number[];
  /** Outputs of each tower, O in all. */
  outputs: readonly number[];
  random: Random;
}

/**
 * One MLP a task, side by side. Where every task has one output, so has the last layer; else each task has a last
 * layer of its own width. A tower starts the same whatever the others are.
 */
export function towers({ inputs, hidden, outputs, random }: TowersOptions): Towers {
  const tasks = outputs.length;
  if (outputs.every((count) => count === 1)) {
    const layers = denseLayers({ inputs, units: [...hidden, 1], last: "linear", parallel: tasks, random });
    return {
      variables: layers.variables,
      apply: (phi) => tf.reshape(layers.apply(phi), [tasks, phi.shape[1]!]),
    };
  }
  const below = denseLayers({ inputs, units: hidden, last: "relu", parallel: tasks, random });
  const last = outputs.map((count, m) =>
    denseLayers({
      inputs: hidden.at(-1) ?? inputs,
      units: [count],
      last: "linear",
      random,
      place: { layer: hidden.length, stack: m },
    })
  );
  return {
    variables: [...below.variables, ...last.flatMap(({ variables }) => variables)],
    apply(phi) {
      const activations = below.apply(phi), [copies, size, width] = activations.shape;
      const ofTask = splitParts(activations, copies).map((part) => tf.reshape(part, [size, width!]));
      return tf.concat(
        last.map((layer, m) => tf.transpose(layer.apply(ofTask[copies === 1 ? 0 : m]))),
      ) as tf.Tensor2D;
    },
  };
}
