import { checkFinite, checkLabels, checkLengths, checkWeights, type Numbers } from "../inputs.ts";

/**
 * Area under the ROC curve: the chance that a random positive scores above a random negative, ties counting half.
 *
 *     AUC = sum_{i: y=1} sum_{j: y=0} w_i w_j ([s_i > s_j] + [s_i = s_j] / 2) / (W_1 W_0)
 *
 * This is the Mann-Whitney U with mid-ranks over its maximum, in O(n log n). 0.5 is chance, 1 is perfect, higher
 * is better; only the order of the scores matters. A whole weight k is the same as the example k times.
 *
 * Source: Hanley & McNeil, Radiology 143 (1982); Fawcett, Pattern Recognition Letters 27 (2006), section 7.
 *
 * @param labels 0 or 1, length n.
 * @param scores Finite numbers on any scale, length n.
 * @param weights Finite numbers from 0 up, length n; all 1 if absent.
 * @throws {RangeError} Empty input, lengths that differ, another label, a score or weight that is not finite, a
 *   class without weight.
 */
export function auc(labels: Numbers, scores: Numbers, weights?: Numbers): number {
  checkLengths("AUC", { labels, scores, ...(weights && { weights }) });
  checkLabels("AUC", labels);
  checkFinite("AUC", "scores", scores);
  if (weights) checkWeights("AUC", weights);
  const area = rankedAuc(rank(scores), labels, weights);
  if (area === undefined) {
    throw new RangeError(
      "Cannot compute AUC: the labels (of non-zero weight) are of one class, expected both 0 and 1",
    );
  }
  return area;
}

/** Scores in ascending order, cut into runs of equal scores. */
export interface Ranking {
  /** Indices of the scores, ascending. */
  readonly order: Uint32Array;
  /** Run g of equal scores is `order[bounds[g]]` up to, and without, `order[bounds[g + 1]]`. */
  readonly bounds: Uint32Array;
}

/** Sorts scores once, so that {@link rankedAuc} is linear for every weighting of the examples. */
export function rank(scores: Numbers): Ranking {
  const order = Uint32Array.from(scores, (_, i) => i).sort((i, j) => scores[i] - scores[j]);
  const bounds = new Uint32Array(order.length + 1);
  let runs = 0;
  for (let k = 1; k <= order.length; k++) {
    if (k === order.length || scores[order[k]] !== scores[order[k - 1]]) bounds[++runs] = k;
  }
  return { order, bounds: bounds.subarray(0, runs + 1) };
}

/** Weighted AUC of ranked examples; undefined where a class has no weight. */
export function rankedAuc(ranking: Ranking, labels: Numbers, weights?: Numbers): number | undefined {
  const { order, bounds } = ranking;
  let area = 0, positives = 0, negatives = 0;
  for (let g = 0; g + 1 < bounds.length; g++) {
    let tiedPositives = 0, tiedNegatives = 0;
    for (let k = bounds[g]; k < bounds[g + 1]; k++) {
      const i = order[k], w = weights ? weights[i] : 1;
      if (labels[i] === 1) tiedPositives += w;
      else tiedNegatives += w;
    }
    area += tiedPositives * (negatives + tiedNegatives / 2);
    positives += tiedPositives;
    negatives += tiedNegatives;
  }
  return positives > 0 && negatives > 0 ? area / positives / negatives : undefined;
}
