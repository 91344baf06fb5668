import { auc, calibration, logLoss, normalizedEntropy } from "../../eval/mod.ts";
import type { Predictions } from "./predict.ts";

/** How well one task is predicted. */
export interface TaskScores {
  readonly task: string;
  /** Labelled examples. */
  readonly examples: number;
  readonly ne: number;
  readonly auc: number;
  readonly logLoss: number;
  readonly calibration: number;
}

/** Scores of each task over its labelled examples. */
export function evaluate({ probabilities, labels }: Predictions, tasks: readonly string[]): TaskScores[] {
  return tasks.map((task, m) => {
    const y = whereLabelled(labels[m], labels[m]), p = whereLabelled(labels[m], probabilities[m]);
    return {
      task,
      examples: y.length,
      ne: normalizedEntropy(y, p),
      auc: auc(y, p),
      logLoss: logLoss(y, p),
      calibration: calibration(y, p),
    };
  });
}

/** The mean NE of all tasks: what training selects by. */
export function meanNe(scores: readonly TaskScores[]): number {
  return scores.reduce((sum, { ne }) => sum + ne, 0) / scores.length;
}

/** The values of those examples that have a label. */
export function whereLabelled(labels: Float32Array, values: Float32Array): Float32Array {
  return labels.some(Number.isNaN) ? values.filter((_, i) => !Number.isNaN(labels[i])) : values;
}
