import * as tf from "@tensorflow/tfjs-core";

/** Whether operations are recorded for a backward pass at this moment, by `vjp` or by TensorFlow.js' own `grads`. */
export function recording(): boolean {
  return (tf.engine() as unknown as { isTapeOn(): boolean }).isTapeOn();
}
