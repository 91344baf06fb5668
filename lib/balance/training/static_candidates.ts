import type { PreparedTask } from "../../data/mod.ts";
import { createRandom } from "../../random/mod.ts";
import { entropy } from "./kind_losses.ts";

/** Exponents of the base-loss weighting: 0 is equal weights, 1 makes every task's base loss count alike. */
const EXPONENTS = [0, 0.5, 1, -0.5, 0.25, 0.75] as const;

/**
 * Candidates for static task weights, most plausible first, each with mean 1.
 *
 * First w_t proportional to H_t^-p for some p, with H_t the task's base loss: the scale on which the losses of
 * frequent and rare tasks, or of tasks of different kinds, differ. Then weights drawn log-uniformly within a factor of
 * 4 around 1.
 *
 * @param baseLosses The {@link baseLoss} of each task, above 0.
 * @param count How many candidates.
 */
export function staticCandidates(baseLosses: readonly number[], count: number, seed: number): number[][] {
  const random = createRandom(seed).fork("static weights");
  return Array.from({ length: count }, (_, i) => {
    const raw = i < EXPONENTS.length
      ? baseLosses.map((loss) => loss ** -EXPONENTS[i])
      : baseLosses.map(() => 4 ** (2 * random.uniform() - 1));
    const mean = raw.reduce((sum, weight) => sum + weight, 0) / raw.length;
    return raw.map((weight) => weight / mean);
  });
}

/** The training loss of the best constant prediction: the entropy of the classes, or a standardised variance of 1. */
export function baseLoss(task: PreparedTask): number {
  switch (task.kind) {
    case "binary":
      return -task.positiveRate * Math.log(task.positiveRate) -
        (1 - task.positiveRate) * Math.log(1 - task.positiveRate);
    case "regression":
      return 1;
    case "multi-class":
      return entropy(task.counts.train.map((count) => count / task.labelled.train));
  }
}
