import * as tf from "@tensorflow/tfjs-core";
import type { Random } from "../../random/mod.ts";
import { filledTensor } from "../../tensor/mod.ts";

const RANGE = 2 ** 16;

/**
 * Sets each element to 0 with the probability `rate`, to within 2^-16, and scales the others so that the mean stays.
 *
 * Source: Srivastava et al., "Dropout", JMLR 15 (2014), in the inverted form.
 *
 * @param random Without it, as where nothing is trained, x stays as it is.
 */
export function dropout<T extends tf.Tensor>(x: T, rate: number, random: Random | undefined): T {
  const dropped = Math.round(rate * RANGE);
  if (random === undefined || dropped === 0) return x;
  const kept = RANGE / (RANGE - dropped);
  const mask = filledTensor(x.shape, (values) => {
    // Two elements a draw.
    for (let i = 0; i < values.length; i += 2) {
      const bits = random.integer(2 ** 32);
      values[i] = bits % RANGE < dropped ? 0 : kept;
      if (i + 1 < values.length) values[i + 1] = (bits / RANGE | 0) < dropped ? 0 : kept;
    }
  });
  return tf.mul(x, mask) as T;
}
