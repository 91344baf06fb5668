import { defineMethod } from "../definition.ts";

/**
 * Equal weights: w_i = 1, the gradient of the sum of the losses. The baseline of every comparison.
 *
 * Options: none. State: none.
 */
export const ew = defineMethod({
  name: "ew",
  needs: "losses",
  options: {},
  weigh: ({ tasks }) => new Float64Array(tasks).fill(1),
});
