import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../random/mod.ts";
import { denseLayers } from "./layers.ts";
import type { ModelSizes, MultiTaskModel } from "./model.ts";

/**
 * Hard parameter sharing (Caruana, 1997): one MLP for all tasks, then one tower a task. The cut is the MLP's output,
 * n' = the last width of `bottom`.
 */
export function sharedBottom({ inputs, tasks, bottom, tower }: ModelSizes, random: Random): MultiTaskModel {
  const width = bottom.at(-1) ?? inputs;
  const shared = denseLayers({ inputs, units: bottom, last: "relu", random: random.fork("bottom") });
  const towers = denseLayers({
    inputs: width,
    units: [...tower, 1],
    last: "linear",
    parallel: tasks,
    random: random.fork("towers"),
  });
  return {
    shared: shared.variables,
    heads: towers.variables,
    represent: (x) => ({ representation: shared.apply(x) as tf.Tensor2D }),
    predict: (phi) => tf.reshape(towers.apply(phi), [tasks, phi.shape[1]]),
  };
}
