import { probabilityClip } from "../../eval/mod.ts";

/** A mean loss beside that of the best constant prediction of the same labels. */
export interface ComparedLoss {
  readonly loss: number;
  readonly constant: number;
}

/**
 * Mean squared error, and the variance of the targets: the error of their mean.
 *
 * @param targets,predictions [N]
 * @throws {RangeError} If all targets are the same, or a prediction is not finite.
 */
export function meanSquaredError(targets: Float32Array, predictions: Float32Array): ComparedLoss {
  const n = targets.length;
  const mean = targets.reduce((sum, y) => sum + y, 0) / n;
  let loss = 0, constant = 0;
  for (let i = 0; i < n; i++) {
    loss += (predictions[i] - targets[i]) ** 2;
    constant += (targets[i] - mean) ** 2;
  }
  if (!Number.isFinite(loss)) {
    throw new RangeError(
      `Cannot compute relative squared error: the summed loss is ${loss}, expected finite predictions`,
    );
  }
  if (!(constant > 0)) {
    throw new RangeError(
      `Cannot compute relative squared error: all ${n} targets are ${
        targets[0]
      }, expected at least two numbers`,
    );
  }
  return { loss: loss / n, constant: constant / n };
}

/**
 * Mean log loss of the true class in nats, clipped as the binary one, and the entropy of the classes' shares: the
 * loss of always answering these.
 *
 * @param labels Places of the classes [N].
 * @param probabilities [C, N], row-major.
 * @throws {RangeError} If all labels are of one class, or a probability is NaN.
 */
export function multiClassLogLoss(
  labels: Float32Array,
  probabilities: Float32Array,
): ComparedLoss & { accuracy: number } {
  const n = labels.length, classes = probabilities.length / n;
  const counts = new Float64Array(classes);
  let loss = 0, correct = 0;
  for (let i = 0; i < n; i++) {
    const y = labels[i];
    counts[y]++;
    loss -= Math.log(Math.max(probabilities[y * n + i], probabilityClip));
    let likeliest = 0;
    for (let c = 1; c < classes; c++) {
      if (probabilities[c * n + i] > probabilities[likeliest * n + i]) likeliest = c;
    }
    if (likeliest === y) correct++;
  }
  if (Number.isNaN(loss)) {
    throw new RangeError("Cannot compute multi-class NE: a probability is NaN, expected numbers from 0 to 1");
  }
  if (!(n > 0) || counts[labels[0]] === n) {
    throw new RangeError(
      `Cannot compute multi-class NE: all ${n} labels are ${labels[0]}, expected at least two classes`,
    );
  }
  return {
    loss: loss / n,
    constant: entropy(Array.from(counts, (count) => count / n)),
    accuracy: correct / n,
  };
}

/** -sum_c p_c ln p_c, in nats. */
export function entropy(shares: readonly number[]): number {
  return shares.reduce((sum, p) => p > 0 ? sum - p * Math.log(p) : sum, 0);
}
