import { auc, calibration, logLoss, normalizedEntropy } from "../../eval/mod.ts";
import type { TaskHead } from "../models/task_head.ts";
import { meanSquaredError, multiClassLogLoss } from "./kind_losses.ts";
import type { Predictions } from "./predict.ts";

interface Common {
  readonly task: string;
  /** Labelled examples. */
  readonly examples: number;
  /**
   * Mean loss over that of the best constant for these examples: NE of a binary or multi-class task, 1 - R^2 of a
   * regression. 1 is a model that knows the base rates alone; lower is better.
   */
  readonly relativeLoss: number;
}

export interface BinaryScores extends Common {
  readonly kind: "binary";
  readonly ne: number;
  readonly auc: number;
  readonly logLoss: number;
  readonly calibration: number;
}

export interface RegressionScores extends Common {
  readonly kind: "regression";
  /** Of the standardised target: in standard deviations of the training rows, squared. */
  readonly meanSquaredError: number;
}

export interface MultiClassScores extends Common {
  readonly kind: "multi-class";
  readonly ne: number;
  /** Mean over examples, in nats. */
  readonly logLoss: number;
  /** Share of examples whose most probable class is theirs. */
  readonly accuracy: number;
}

/** How well one task is predicted. */
export type TaskScores = BinaryScores | RegressionScores | MultiClassScores;

/**
 * Scores of each task over its labelled examples.
 *
 * @param heads What is answered for each task; binary ones if absent.
 * @throws {RangeError} If the labels of a task are of one class or number only.
 */
export function evaluate(
  { predicted, labels }: Predictions,
  tasks: readonly string[],
  heads?: readonly TaskHead[],
): TaskScores[] {
  return tasks.map((task, m) => scoresOf(task, heads?.[m]?.kind ?? "binary", predicted[m], labels[m]));
}

function scoresOf(
  task: string,
  kind: TaskHead["kind"],
  predicted: Float32Array,
  labels: Float32Array,
): TaskScores {
  const y = whereLabelled(labels, labels), p = whereLabelled(labels, predicted);
  const common = { task, examples: y.length };
  if (kind === "binary") {
    const ne = normalizedEntropy(y, p);
    return {
      ...{ kind, ...common, relativeLoss: ne, ne },
      ...{ auc: auc(y, p), logLoss: logLoss(y, p), calibration: calibration(y, p) },
    };
  }
  if (kind === "regression") {
    const { loss, constant } = meanSquaredError(y, p);
    return { kind, ...common, relativeLoss: loss / constant, meanSquaredError: loss };
  }
  const { loss, constant, accuracy } = multiClassLogLoss(y, p);
  const ne = loss / constant;
  return { kind, ...common, relativeLoss: ne, ne, logLoss: loss, accuracy };
}

/** The mean relative loss of all tasks, their mean NE if all are binary: what training selects by. */
export function meanRelativeLoss(scores: readonly TaskScores[]): number {
  return scores.reduce((sum, { relativeLoss }) => sum + relativeLoss, 0) / scores.length;
}

/**
 * The values of those examples that have a label.
 *
 * @param labels [N], NaN where missing.
 * @param values [N], or [C, N] row-major.
 */
export function whereLabelled(labels: Float32Array, values: Float32Array): Float32Array {
  const { length } = labels;
  return labels.some(Number.isNaN) ? values.filter((_, i) => !Number.isNaN(labels[i % length])) : values;
}
