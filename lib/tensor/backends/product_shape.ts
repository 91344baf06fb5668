import * as tf from "@tensorflow/tfjs-core";

/** What a batched product of matrices comes to: batches of [m, k] times [k, n], leading axes broadcast. */
export interface ProductShape {
  readonly m: number;
  readonly k: number;
  readonly n: number;
  /** Shape of the result. */
  readonly shape: number[];
  /** Number of products. */
  readonly batches: number;
  /** Whether the right factor is one matrix for all batches. */
  readonly oneRight: boolean;
  /** The place among a factor's matrices that batch i of the result reads. */
  matrixOfA(i: number): number;
  matrixOfB(i: number): number;
}

/**
 * @throws {TypeError} If a factor is not float32.
 * @throws {RangeError} If the inner dimensions differ.
 */
export function productShape(
  a: tf.TensorInfo,
  b: tf.TensorInfo,
  transposeA: boolean,
  transposeB: boolean,
): ProductShape {
  if (a.dtype !== "float32" || b.dtype !== "float32") {
    throw new TypeError(
      `Cannot multiply matrices: their types are ${a.dtype} and ${b.dtype}, expected float32`,
    );
  }
  const [aRows, aColumns] = a.shape.slice(-2), [bRows, bColumns] = b.shape.slice(-2);
  const [m, k] = transposeA ? [aColumns, aRows] : [aRows, aColumns];
  const [bk, n] = transposeB ? [bColumns, bRows] : [bRows, bColumns];
  if (k !== bk) {
    throw new RangeError(
      `Cannot multiply matrices: their shapes are [${a.shape}]${transposeA ? " transposed" : ""} and ` +
        `[${b.shape}]${transposeB ? " transposed" : ""}, expected equal inner dimensions`,
    );
  }
  const leadA = a.shape.slice(0, -2), leadB = b.shape.slice(0, -2);
  const lead = tf.broadcast_util.assertAndGetBroadcastShape(leadA, leadB);
  return {
    ...{ m, k, n },
    shape: [...lead, m, n],
    batches: tf.util.sizeFromShape(lead),
    oneRight: tf.util.sizeFromShape(leadB) === 1,
    matrixOfA: broadcastIndex(leadA, lead),
    matrixOfB: broadcastIndex(leadB, lead),
  };
}

/** Maps the flat index of a broadcast batch to the flat index in a tensor of leading shape `from`. */
function broadcastIndex(from: readonly number[], to: readonly number[]): (index: number) => number {
  if (tf.util.arraysEqual([...from], [...to])) return (index) => index;
  const padded = [...Array(to.length - from.length).fill(1), ...from];
  return (index) => {
    let flat = 0, stride = 1;
    for (let axis = to.length - 1; axis >= 0; axis--) {
      if (padded[axis] > 1) flat += (index % to[axis]) * stride;
      stride *= padded[axis];
      index = Math.floor(index / to[axis]);
    }
    return flat;
  };
}
