import type { SplitName } from "./prepared_schema.ts";
import type { World } from "./world.ts";

/** What a model that knew the true probabilities would score on the drawn labels of one task. */
export interface TaskOptimum {
  readonly name: string;
  /** Share of positives among the drawn labels. */
  readonly positiveRate: number;
  /** Mean log loss of the true probabilities, in nats. */
  readonly logLoss: number;
  /** `logLoss` over the entropy of `positiveRate` (He et al. 2014); NaN if a class is absent. */
  readonly normalizedEntropy: number;
}

/** The optimum of a world on one split, task by task. A trained model may beat it by luck of the draw only. */
export function worldOptimum(world: World, split: SplitName = "test"): TaskOptimum[] {
  const { from, to } = world.splits[split];
  return world.labels.map((labels, t) => {
    const p = world.probabilities[t];
    let loss = 0;
    let positives = 0;
    for (let i = from; i < to; i++) {
      loss -= Math.log(labels[i] === 1 ? p[i] : 1 - p[i]);
      positives += labels[i];
    }
    const logLoss = loss / (to - from);
    const positiveRate = positives / (to - from);
    return { name: taskName(t), positiveRate, logLoss, normalizedEntropy: logLoss / entropy(positiveRate) };
  });
}

/** The name of a world's task t, from 0. */
export function taskName(t: number): string {
  return `task-${t + 1}`;
}

function entropy(rate: number): number {
  return -rate * Math.log(rate) - (1 - rate) * Math.log(1 - rate);
}
