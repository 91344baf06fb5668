import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../random/mod.ts";
import { type Activation, dense } from "../../tensor/mod.ts";

/** A stack of dense layers. */
export interface Layers {
  readonly variables: readonly tf.Variable[];
  apply(x: tf.Tensor): tf.Tensor;
}

export interface LayersOptions {
  inputs: number;
  units: readonly number[];
  /** Activation of the last layer; the others have ReLU. */
  last: Activation;
  /** Independent stacks side by side, as many; they read [M, B, n] and give [M, B, h]. Absent: one, on [B, n]. */
  parallel?: number;
  random: Random;
  /** The place, in a larger stack, of which the first layer has the weights. Default the first layer of the first. */
  place?: { layer: number; stack: number };
}

/**
 * Dense layers with Glorot-uniform weights (Glorot & Bengio, 2010) and zero biases.
 *
 * Each weight is drawn by its place alone, so one of M parallel stacks starts the same whatever M is.
 */
export function denseLayers(
  { inputs, units, last, parallel, random, place = { layer: 0, stack: 0 } }: LayersOptions,
): Layers {
  const layers = units.map((width, i) => {
    const fanIn = i === 0 ? inputs : units[i - 1];
    const limit = Math.sqrt(6 / (fanIn + width)), count = parallel ?? 1;
    const values = new Float32Array(count * fanIn * width);
    for (let m = 0, p = 0; m < count; m++) {
      const draws = random.fork(`layer ${place.layer + i}, stack ${place.stack + m}`);
      for (let k = 0; k < fanIn * width; k++) values[p++] = (2 * draws.uniform() - 1) * limit;
    }
    return {
      W: variable(values, parallel ? [parallel, fanIn, width] : [fanIn, width]),
      b: variable(new Float32Array(count * width), parallel ? [parallel, 1, width] : [width]),
      activation: i === units.length - 1 ? last : "relu" as const,
    };
  });
  return {
    variables: layers.flatMap(({ W, b }) => [W, b]),
    apply: (x) => layers.reduce((input, { W, b, activation }) => dense(input, W, b, activation), x),
  };
}

function variable(values: Float32Array, shape: number[]): tf.Variable {
  return tf.tidy(() => tf.variable(tf.tensor(values, shape)));
}
