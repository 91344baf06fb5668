import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";

/**
 * Fixed weights, as a grid search finds them: w as given. Tuned, it is the honest rival of every adaptive method.
 *
 * State: none.
 */
export const staticWeights = defineMethod({
  name: "static",
  needs: "losses",
  options: {
    /** w [T], finite, from 0 up. Required. */
    weights: v.pipe(v.array(numberFrom(0)), v.check(({ length }) => length > 0, "one weight a task")),
  },
  weigh({ tasks }, { weights }) {
    if (weights.length !== tasks) {
      throw new RangeError(
        `Cannot weigh with 'static': option 'weights' has ${weights.length} elements, expected ${tasks}, one a loss`,
      );
    }
    return Float64Array.from(weights);
  },
});
