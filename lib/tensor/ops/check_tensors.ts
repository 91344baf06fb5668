import type * as tf from "@tensorflow/tfjs-core";

/** One tensor of an operation: what it is called, and the shape it should have; undefined leaves an axis free. */
export type ExpectedTensor = readonly [
  name: string,
  tensor: tf.Tensor,
  shape: readonly (number | undefined)[],
];

/**
 * @throws {TypeError} If a tensor is not of type float32.
 * @throws {RangeError} If it has another shape.
 */
export function checkTensors(action: string, tensors: readonly ExpectedTensor[]): void {
  for (const [name, tensor, shape] of tensors) {
    if (tensor.dtype !== "float32") {
      throw new TypeError(`Cannot ${action}: ${name} is of type ${tensor.dtype}, expected float32`);
    }
    const fits = tensor.rank === shape.length &&
      shape.every((size, axis) => size === undefined || tensor.shape[axis] === size);
    if (fits) continue;
    throw new RangeError(
      `Cannot ${action}: ${name} is [${tensor.shape}], expected [${shape.map((size) => size ?? "any")}]`,
    );
  }
}
