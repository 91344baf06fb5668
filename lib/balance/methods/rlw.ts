import * as v from "valibot";
import { createRandom } from "../../random/mod.ts";
import { defineMethod, seed } from "../definition.ts";
import { softmax } from "../solvers/softmax.ts";

/**
 * RLW, random loss weighting: weights drawn anew in every step. The baseline that an adaptive method has to beat
 * beside equal weights.
 *
 *     w = softmax(z),  z ~ N(0, I)
 *
 * Lin et al., "Reasonable effectiveness of random weighting: a litmus test for multi-task learning", TMLR 2022,
 * with normal z.
 *
 * State: calls [1], which with the seed determines the draw.
 */
export const rlw = defineMethod({
  name: "rlw",
  needs: "losses",
  options: {
    seed: v.optional(seed, 0),
  },
  initialState: () => ({ calls: new Float64Array(1) }),
  weigh({ tasks }, { seed }, state) {
    const random = createRandom(seed).fork(state.calls[0]++);
    return softmax(Float64Array.from({ length: tasks }, () => random.normal()));
  },
});
