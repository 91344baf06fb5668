import * as v from "valibot";
import { defineMethod, numberFrom } from "../definition.ts";
import { movingNorms } from "../moving_norms.ts";
import { rowNorms } from "../solvers/gram.ts";

/**
 * MetaBalance: one task is the target; the gradients of the others, the auxiliary ones, are brought towards its
 * magnitude, so that they neither drown it nor vanish beside it.
 *
 *     m_i <- beta m_i + (1 - beta) |g_i|
 *     w_i = r m_target / m_i + (1 - r),  w_target = 1
 *
 * r = 0 leaves the sum of the gradients as it is, r = 1 matches the magnitudes fully. The authors do so for each
 * parameter tensor, here for the whole gradient. A task without a gradient in this batch keeps its m; as long as the
 * target has had none, nothing is matched.
 *
 * He et al., "MetaBalance: improving multi-task recommendations via adapting gradient magnitudes of auxiliary tasks",
 * WWW 2022: its strategy that lets larger magnitudes fall and smaller ones rise.
 *
 * State: m [T] and seen [T], see `movingNorms`.
 */
export const metabalance = defineMethod({
  name: "metabalance",
  needs: "gram",
  options: {
    /** Number of the target task, from 0. */
    target: v.optional(v.pipe(numberFrom(0), v.integer("an integer")), 0),
    /** How far magnitudes are matched, 0 to 1. */
    r: v.optional(numberFrom(0, 1), 0.7),
    /** Decay of the moving average, 0 to 1. */
    beta: v.optional(numberFrom(0, 1), 0.9),
  },
  initialState: (tasks) => ({ m: new Float64Array(tasks), seen: new Float64Array(tasks) }),
  weigh({ tasks, gram: G }, { target, r, beta }, state) {
    if (target >= tasks) {
      throw new RangeError(
        `Cannot weigh with 'metabalance': option 'target' is ${target}, expected a task from 0 to ${
          tasks - 1
        }`,
      );
    }
    const m = movingNorms(rowNorms(G, tasks), beta, state), aim = m[target];
    return m.map((m, i) => i === target || m === 0 || aim === 0 ? 1 : r * (aim / m) + (1 - r));
  },
});
