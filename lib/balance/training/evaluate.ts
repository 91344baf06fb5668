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
    const [y, p] = labelled(labels[m], probabilities[m]);
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

/** The examples that have a label. */
function labelled(labels: Float32Array, probabilities: Float32Array): [Float32Array, Float32Array] {
  if (!labels.some(Number.isNaN)) return [labels, probabilities];
  const has = (_: number, i: number) => !Number.isNaN(labels[i]);
  return [labels.filter(has), probabilities.filter(has)];
}
