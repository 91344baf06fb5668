import { rmse } from "../../lib/eval/mod.ts";
import { withinStars } from "../../lib/explain/mod.ts";

/** How a correction is best added to a base. */
export interface Blend {
  /** The share of the correction that predicts best, in tenths from .1 to 1: the correction always has a say. */
  readonly share: number;
  /** RMSE with that share, and with all of it. */
  readonly blended: number;
  readonly alone: number;
}

/** Chooses the share of corrections to add to base ratings, by the RMSE of the squeezed sums. */
export function blend(
  base: readonly number[],
  corrections: readonly number[],
  ratings: readonly number[],
): Blend {
  const errorOf = (share: number) =>
    rmse(ratings, base.map((rating, i) => withinStars(rating + share * corrections[i])));
  const errors = Array.from({ length: 10 }, (_, i) => errorOf((i + 1) / 10));
  const best = errors.indexOf(Math.min(...errors));
  return { share: (best + 1) / 10, blended: errors[best], alone: errors[9] };
}
