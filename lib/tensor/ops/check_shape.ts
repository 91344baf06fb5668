import * as tf from "@tensorflow/tfjs-core";

/** One tensor of an operation: what it is called, and the shape it should have; undefined leaves an axis free. */
export type ExpectedShape = readonly [
  name: string,
  tensor: tf.Tensor,
  shape: readonly (number | undefined)[],
];

/** @throws {RangeError} If a tensor has another shape. */
export function checkShapes(action: string, tensors: readonly ExpectedShape[]): void {
  for (const [name, tensor, shape] of tensors) {
    const fits = tensor.rank === shape.length &&
      shape.every((size, axis) => size === undefined || tensor.shape[axis] === size);
    if (fits) continue;
    throw new RangeError(
      `Cannot ${action}: ${name} is [${tensor.shape}], expected [${shape.map((size) => size ?? "any")}]`,
    );
  }
}
