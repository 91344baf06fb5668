/**
 * A map from the scale of predicted ratings to that of observed ones, which are spread wider: predictions are shrunk. It
 * gives each prediction the observed rating of the same rank (quantile matching), and keeps the order: it increases
 * strictly, also beyond the predictions that it was made from, and stays between the lowest and the highest observed one.
 *
 * Observed ratings are few different stars. The share of those with v stars is spread evenly from halfway to the next
 * lower star to halfway to the next higher (the lowest from itself on, the highest up to itself), so rounding matched
 * predictions to the nearest star gives the stars as often as they were observed. Between predictions it is linear.
 *
 * Source: equipercentile equating with uniform kernels, Kolen & Brennan, "Test Equating, Scaling, and Linking" (2004),
 * chapter 2.
 *
 * @param predicted Ratings that a system predicts, at least one.
 * @param observed Ratings that people gave, at least two different ones; as a sample, it need not be of the same reviews.
 * @throws {RangeError} Too few ratings, or one that is not finite.
 */
export function matchRatingScale(
  predicted: readonly number[],
  observed: readonly number[],
): (rating: number) => number {
  const stars = sharesOf(observed), predictions = sharesOf(predicted);
  if (predictions.length < 1 || stars.length < 2 || ![...predicted, ...observed].every(Number.isFinite)) {
    throw new RangeError(
      `Cannot match ratings: there are ${predictions.length} different predicted and ${stars.length} observed ones, ` +
        "expected at least one and two, all finite",
    );
  }
  const lowest = stars[0].value, highest = stars.at(-1)!.value;
  const star = piecewiseLinear([
    [0, lowest],
    ...stars.slice(1).map(({ value, below }, i): Point => [below, (stars[i].value + value) / 2]),
    [1, highest],
  ]);
  // A prediction stands in the middle of those that equal it.
  const points = predictions.map(({ value, below, share }): Point => [value, star(below + share / 2)]);
  const inner = piecewiseLinear(points);
  const [first, bottom] = points[0], [last, top] = points.at(-1)!;
  const reach = Math.max(last - first, 1e-3);
  return (rating) => {
    // Beyond the ends, hyperbolas that approach the lowest and the highest rating.
    if (rating < first) return lowest + (bottom - lowest) * reach / (reach + first - rating);
    if (rating > last) return highest - (highest - top) * reach / (reach + rating - last);
    return inner(rating);
  };
}

type Point = readonly [x: number, y: number];

/** The different values in ascending order, with the share of each and of all below it. */
function sharesOf(values: readonly number[]): { value: number; share: number; below: number }[] {
  const counts = new Map<number, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  let seen = 0;
  return [...counts].sort(([a], [b]) => a - b).map(([value, count]) => {
    const below = seen / values.length;
    seen += count;
    return { value, share: count / values.length, below };
  });
}

/** Linear interpolation between points of ascending x, from the first to the last. */
function piecewiseLinear(points: readonly Point[]): (x: number) => number {
  return (x) => {
    let low = 0, high = points.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (points[middle][0] <= x) low = middle;
      else high = middle;
    }
    const [[x0, y0], [x1, y1]] = [points[low], points[high]];
    return x1 === x0 ? y0 : y0 + (y1 - y0) * (x - x0) / (x1 - x0);
  };
}
