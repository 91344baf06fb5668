import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../random/mod.ts";
import { splitParts } from "../../tensor/mod.ts";
import { denseLayers } from "./layers.ts";
import type { ModelSizes, MultiTaskModel } from "./model.ts";
import { towers } from "./towers.ts";

/** Where MMoE's shared representation is cut. */
export const mmoeCuts = ["input", "experts"] as const;
export type MmoeCut = typeof mmoeCuts[number];

export interface MmoeSizes extends ModelSizes {
  /** Number of experts, E. */
  experts: number;
  /**
   * `input`: the input that feeds experts and gates; the theorem's bound holds for all shared parameters below it,
   * at M times the experts' cost. `experts`: the stacked expert outputs; the gates bypass the cut.
   */
  cut: MmoeCut;
}

/** Multi-gate mixture of experts (Ma et al., KDD 2018): towers read a gated sum of E expert MLPs. */
export function mmoe(sizes: MmoeSizes, random: Random): MultiTaskModel {
  const { inputs, outputs, experts: count, bottom, tower, cut } = sizes;
  const width = bottom.at(-1) ?? inputs;
  const experts = Array.from(
    { length: count },
    (_, e) => denseLayers({ inputs, units: bottom, last: "relu", random: random.fork(`expert ${e}`) }),
  );
  const gates = denseLayers({
    inputs,
    units: [count],
    last: "linear",
    parallel: outputs.length,
    random: random.fork("gates"),
  });
  const heads = towers({ inputs: width, hidden: tower, outputs, random: random.fork("towers") });

  /** @param x [M or 1, B, D]; @returns [M, B, E] */
  const gate = (x: tf.Tensor3D) => tf.softmax(gates.apply(x)) as tf.Tensor3D;

  /** Sum of the experts' outputs [M or 1, B, h], weighted by the gates [M, B, E]; then the towers' outputs [O, B]. */
  const mix = (opinions: tf.Tensor[], weights: tf.Tensor3D) => {
    const shares = splitParts(weights, count, 2);
    const mixture = opinions.map((opinion, e) => tf.mul(shares[e], opinion)).reduce((sum, part) =>
      tf.add(sum, part)
    );
    return heads.apply(mixture);
  };

  const expertVariables = experts.flatMap((expert) => expert.variables);
  if (cut === "input") {
    return {
      shared: [],
      heads: [...expertVariables, ...gates.variables, ...heads.variables],
      represent: (x) => ({ representation: tf.clone(x) }),
      predict: (phi) => {
        const [copies, size] = phi.shape;
        const rows = tf.reshape(phi, [copies * size, inputs]);
        const opinions = experts.map((expert) => tf.reshape(expert.apply(rows), [copies, size, width]));
        return mix(opinions, gate(phi));
      },
    };
  }
  return {
    shared: [...expertVariables, ...gates.variables],
    heads: heads.variables,
    represent: (x) => ({
      representation: tf.concat(experts.map((expert) => expert.apply(x)), 1) as tf.Tensor2D,
      gates: gate(tf.expandDims(x, 0) as tf.Tensor3D),
    }),
    predict: (phi, bypass) => mix(splitParts(phi, count, 2), bypass.gates as tf.Tensor3D),
  };
}
