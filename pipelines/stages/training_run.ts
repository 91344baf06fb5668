/** What the stages that train multi-task models have in common: their parameters, and the files they leave. */
import * as v from "valibot";
import {
  evaluate,
  type Predictions,
  type TaskHead,
  type TaskScores,
  trainConfig,
} from "../../lib/balance/mod.ts";
import { openSplit, type Split } from "../../lib/data/mod.ts";
import type { StageContext } from "../../lib/pipeline/mod.ts";
import { type ActiveBackend, loadSafetensors, saveSafetensors } from "../../lib/tensor/mod.ts";
import { backendParam, blasEnvironment, trainingPermissions } from "./backend.ts";

export const trainingParams = v.object({ backend: backendParam, config: trainConfig });

/** Files that every training stage writes. */
export const runOutputs = ["predictions.safetensors", "scores.json"] as const;
type RunOutput = typeof runOutputs[number];

/** What every training stage reads, sees and may do: the common part of their definitions. */
export const trainingStage = {
  inputs: ["dataset"],
  env: blasEnvironment,
  permissions: trainingPermissions,
} as const;

/** What `scores.json` says. */
export interface RunScores {
  readonly backend: ActiveBackend;
  readonly tasks: readonly string[];
  /** What is answered for each task. */
  readonly heads: readonly TaskHead[];
  /** Of the test split, read once, after training. */
  readonly test: readonly TaskScores[];
  /** How the run was selected: epochs, candidates. */
  readonly selection: unknown;
}

/** The splits of a prepared dataset. */
export async function openSplits(folder: string): Promise<Record<"train" | "validation" | "test", Split>> {
  const [train, validation, test] = await Promise.all(
    (["train", "validation", "test"] as const).map((name) => openSplit(folder, name)),
  );
  return { train, validation, test };
}

/**
 * Writes the test predictions and their scores. How long training took goes to the log: it is never the same again, and
 * a result should be.
 */
export async function writeRun(
  { outputs, log }: Pick<StageContext, "log"> & { readonly outputs: Readonly<Record<RunOutput, string>> },
  run: Omit<RunScores, "test"> & { predictions: Predictions; examples: number; seconds: number },
): Promise<void> {
  const { predictions, examples, seconds, ...scores } = run;
  const rows = predictions.labels[0].length;
  await saveSafetensors(outputs["predictions.safetensors"], {
    predicted: {
      shape: [run.heads.reduce((sum, { outputs }) => sum + outputs, 0), rows],
      data: concatenate(predictions.predicted),
    },
    labels: { shape: [run.tasks.length, rows], data: concatenate(predictions.labels) },
  });
  const test = evaluate(predictions, run.tasks, run.heads);
  await writeJson(outputs["scores.json"], { ...scores, test } satisfies RunScores);
  log(`${examples} examples in ${seconds.toFixed(1)} s, ${Math.round(examples / seconds)} a second`);
}

/** Reads the test predictions that `writeRun` wrote, for tasks of these heads. */
export async function readPredictions(path: string, heads: readonly TaskHead[]): Promise<Predictions> {
  const { predicted, labels } = (await loadSafetensors(path)).tensors;
  const rows = labels.shape[1];
  const parts = (data: Float32Array, counts: readonly number[]) => {
    let at = 0;
    return counts.map((count) => data.subarray(at, at += count * rows));
  };
  return {
    predicted: parts(predicted.data as Float32Array, heads.map(({ outputs }) => outputs)),
    labels: parts(labels.data as Float32Array, heads.map(() => 1)),
  };
}

/** Writes JSON that people can read. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(path, JSON.stringify(value, null, 2) + "\n");
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
