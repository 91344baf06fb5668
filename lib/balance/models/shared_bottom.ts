import type * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../random/mod.ts";
import { denseLayers } from "./layers.ts";
import type { ModelSizes, MultiTaskModel } from "./model.ts";
import { towers } from "./towers.ts";

/**
 * Hard parameter sharing (Caruana, 1997): one MLP for all tasks, then one tower a task. The cut is the MLP's output,
 * n' = the last width of `bottom`.
 */
export function sharedBottom({ inputs, outputs, bottom, tower }: ModelSizes, random: Random): MultiTaskModel {
  const shared = denseLayers({ inputs, units: bottom, last: "relu", random: random.fork("bottom") });
  const heads = towers({
    inputs: bottom.at(-1) ?? inputs,
    hidden: tower,
    outputs,
    random: random.fork("towers"),
  });
  return {
    shared: shared.variables,
    heads: heads.variables,
    represent: (x) => ({ representation: shared.apply(x) as tf.Tensor2D }),
    predict: (phi) => heads.apply(phi),
  };
}
