/** What the training stages have in common: the backend they start, and the files they leave. */
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
import {
  type ActiveBackend,
  backendNames,
  loadSafetensors,
  saveSafetensors,
  useBackend,
} from "../../lib/tensor/mod.ts";

/** Environment that chooses the BLAS and its kernels, and with them the last bits of the results. */
export const blasEnvironment = ["EQUIPOISE_BLAS", "OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"] as const;

export const trainingPermissions = { ffi: true, sys: true } as const;

/** A backend by name: `auto` is resolved by the pipeline, since the results depend on it. */
export const backendParam = v.optional(v.picklist(backendNames), "wasm");

export const trainingParams = v.object({ backend: backendParam, config: trainConfig });

/** Files that every training stage writes. */
export const runOutputs = ["predictions.safetensors", "scores.json", "timing.json"] as const;
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

/** Starts the backend with as many threads as the stage was granted. */
export async function startBackend(ctx: { params: { backend: typeof backendNames[number] }; cores: number }) {
  return await useBackend(ctx.params.backend, {
    threads: ctx.cores,
    blas: Deno.env.get("EQUIPOISE_BLAS") || undefined,
  });
}

/** The splits of a prepared dataset. */
export async function openSplits(folder: string): Promise<Record<"train" | "validation" | "test", Split>> {
  const [train, validation, test] = await Promise.all(
    (["train", "validation", "test"] as const).map((name) => openSplit(folder, name)),
  );
  return { train, validation, test };
}

/** Writes the test predictions, their scores, and how long training took. */
export async function writeRun(
  outputs: StageContext["outputs"] & Record<RunOutput, string>,
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
  await writeJson(outputs["timing.json"], { examples, seconds, examplesPerSecond: examples / seconds });
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
