import * as tf from "@tensorflow/tfjs-core";
import { createRandom } from "../../lib/random/mod.ts";
import { vjp } from "../../lib/tensor/mod.ts";
import { assertClose } from "./backends_under_test.ts";

const random = createRandom("gradients");
/** A tensor of normal draws. */
export const draw = (...shape: number[]) =>
  tf.tensor(Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()), shape);

/** A variable of normal draws. */
export const variable = (...shape: number[]) => tf.variable(draw(...shape));

/** A tensor of values that any language can make: scale sin(frequency i), i = 1, 2, ... */
export const wave = (frequency: number, scale: number, ...shape: number[]) =>
  tf.tensor(
    Float32Array.from(
      { length: tf.util.sizeFromShape(shape) },
      (_, i) => scale * Math.sin(frequency * (i + 1)),
    ),
    shape,
  );

/** Central differences of sum(f(x) * dy) by every element of x, in float32 with a step that balances both errors. */
async function finiteDifferences(f: () => tf.Tensor, x: tf.Variable, dy: tf.Tensor): Promise<Float64Array> {
  const epsilon = 1e-2, values = Float32Array.from(await x.data()), slopes = new Float64Array(values.length);
  const at = async (i: number, value: number) => {
    const moved = values.slice();
    moved[i] = value;
    x.assign(tf.tensor(moved, x.shape));
    const out = tf.tidy(() => tf.mul(f(), dy));
    const sum = Array.from(await out.data()).reduce((total, term) => total + term, 0);
    out.dispose();
    return sum;
  };
  for (let i = 0; i < values.length; i++) {
    slopes[i] = (await at(i, values[i] + epsilon) - await at(i, values[i] - epsilon)) / (2 * epsilon);
  }
  x.assign(tf.tensor(values, x.shape));
  return slopes;
}

/** Checks the gradients of `f` by each variable, from a drawn cotangent. */
export async function checkGradients(
  f: () => tf.Tensor,
  variables: Record<string, tf.Variable>,
  tolerance: number,
) {
  const names = Object.keys(variables), inputs = Object.values(variables);
  const pass = vjp(() => ({ y: f() }), inputs);
  const dy = draw(...pass.outputs.y.shape);
  const gradients = pass.pullback({ y: dy });
  pass.dispose();
  for (const [i, name] of names.entries()) {
    assertClose(await gradients[i].data(), await finiteDifferences(f, inputs[i], dy), tolerance, name);
  }
}
