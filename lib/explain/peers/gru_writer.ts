import * as tf from "@tensorflow/tfjs-core";
import { gruStep, hostValues } from "../../tensor/mod.ts";
import type { WordWriter } from "../neural/decode.ts";
import { lookUp } from "../neural/gradients.ts";
import type { GruVariables, Parameters } from "../neural/parameters.ts";

/** A state that {@link gruWriter} goes on from. */
export interface GruWriterState {
  /** Of each layer. [rows, H] */
  readonly layers: readonly tf.Tensor[];
  /** What else the scores depend on, a row each; it stays as it is. */
  readonly context: readonly tf.Tensor[];
}

/**
 * Writes by GRU layers over the embeddings of table "words".
 *
 * @param scoresOf From the state of the last layer [rows, H] and the context to scores [rows, V].
 */
export function gruWriter(
  parameters: Parameters,
  layers: readonly GruVariables[],
  scoresOf: (h: tf.Tensor, context: readonly tf.Tensor[]) => tf.Tensor,
): WordWriter<GruWriterState> {
  const vocabulary = parameters.tables.get("words")!.rowCount;
  return {
    vocabulary,
    async step({ layers: before, context }, words) {
      const [scores, ...after] = tf.tidy(() => {
        let x: tf.Tensor = lookUp(parameters, "words", words);
        const states = layers.map((weights, l) => x = gruStep(x, before[l], weights));
        return [scoresOf(x, context), ...states];
      });
      tf.dispose([...before]);
      const values = (await hostValues(scores)).slice();
      scores.dispose();
      return { state: { layers: after, context }, scores: values };
    },
    select({ layers, context }, rows) {
      const chosen = tf.tidy(() => {
        const index = tf.tensor1d(rows, "int32");
        return [...layers, ...context].map((tensor) => tf.gather(tensor, index));
      });
      tf.dispose([...layers, ...context]);
      return { layers: chosen.slice(0, layers.length), context: chosen.slice(layers.length) };
    },
  };
}
