import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { loadSafetensors, saveSafetensors, type StoredTensor } from "../../tensor/mod.ts";
import type { LossGradients } from "./gradients.ts";
import type { ModelOptimizer } from "./optimizer.ts";
import type { Parameters } from "./parameters.ts";

/** One pass over the training data. */
export interface FitEpoch {
  /** Mean loss of the steps. */
  readonly loss: number;
  /** Score on validation after it; higher is better. */
  readonly score: number;
}

export interface FitReport {
  readonly epochs: readonly FitEpoch[];
  /** Number of the epoch whose parameters were kept, from 1; 0 for the start. */
  readonly best: number;
  /** Score on validation of the parameters that were kept. */
  readonly score: number;
}

export interface FitTask<Batch> {
  readonly parameters: Parameters;
  readonly optimizer: ModelOptimizer;
  /** The batches of an epoch, from 1 up: they follow from the number alone, so that a run can go on from any epoch. */
  batches(epoch: number): Iterable<Batch>;
  /** Loss and gradients of a batch; `step` counts from 0 over all epochs, for draws. */
  gradients(batch: Batch, step: number): Promise<LossGradients>;
  /** Score on validation with the present parameters; higher is better. */
  validate(): Promise<number>;
}

export interface FitOptions {
  /** Epochs at most. */
  readonly epochs: number;
  /** Epochs without a better score after which training ends. Default 5. */
  readonly patience?: number;
  /** Folder where the state is kept after each epoch, and continued from. */
  readonly checkpoint?: string;
  /** What the run is of: a checkpoint of something else is refused. */
  readonly identity?: string;
  /** Called after each step and each epoch. */
  readonly onProgress?: (
    progress: { epoch: number; step: number; loss: number; epochs: readonly FitEpoch[] },
  ) => void;
  readonly signal?: AbortSignal;
}

const FILE = "fit.safetensors";

/**
 * Trains with early stopping: keeps the parameters of the epoch with the best score on validation, those at the start
 * among them. Killed at any moment and started again with the same checkpoint folder, it ends with the same parameters as
 * an undisturbed run, to the last bit.
 *
 * @throws {Error} If the checkpoint is of another run.
 */
export async function fit<Batch>(
  { parameters, optimizer, batches, gradients, validate }: FitTask<Batch>,
  { epochs, patience = 5, checkpoint, identity = "", onProgress, signal }: FitOptions,
): Promise<FitReport> {
  const path = checkpoint === undefined ? undefined : join(checkpoint, FILE);
  const saved = path === undefined ? undefined : await loadState(path, identity);
  if (saved !== undefined) {
    await parameters.set(saved.values);
    optimizer.restoreState(saved.optimizer);
  }
  let { step, best, score, bestValues } = saved ??
    { step: 0, best: 0, score: await validate(), bestValues: await parameters.copy() };
  const history: FitEpoch[] = [...saved?.epochs ?? []];
  while (history.length < epochs && history.length - best < patience) {
    const epoch = history.length + 1;
    let sum = 0, steps = 0;
    for (const batch of batches(epoch)) {
      signal?.throwIfAborted();
      const engine = tf.engine();
      engine.startScope("fit");
      try {
        const found = await gradients(batch, step);
        await optimizer.apply(found);
        sum += found.loss;
      } finally {
        engine.endScope();
      }
      step++, steps++;
      onProgress?.({ epoch, step, loss: sum / steps, epochs: history });
    }
    const now = await validate();
    history.push({ loss: sum / steps, score: now });
    if (now > score) {
      [best, score, bestValues] = [epoch, now, await parameters.copy()];
    }
    if (path !== undefined) {
      await saveState(path, identity, {
        ...{ step, epochs: history, best, score, bestValues },
        values: await parameters.copy(),
        optimizer: optimizer.saveState(),
      });
    }
    onProgress?.({ epoch, step, loss: sum / steps, epochs: history });
  }
  await parameters.set(bestValues);
  return { epochs: history, best, score };
}

type Tensors = Record<string, StoredTensor>;

interface FitState {
  readonly step: number;
  readonly epochs: readonly FitEpoch[];
  readonly best: number;
  readonly score: number;
  readonly bestValues: Tensors;
  readonly values: Tensors;
  readonly optimizer: Tensors;
}

async function saveState(path: string, identity: string, state: FitState): Promise<void> {
  const { step, epochs, best, score } = state;
  const named = (prefix: string, tensors: Tensors) =>
    Object.entries(tensors).map(([name, tensor]): [string, StoredTensor] => [`${prefix}:${name}`, tensor]);
  await saveSafetensors(
    path,
    Object.fromEntries([
      ...named("best", state.bestValues),
      ...named("now", state.values),
      ...named("optimizer", state.optimizer),
    ]),
    { format: "equipoise-fit", identity, progress: JSON.stringify({ step, epochs, best, score }) },
  );
}

async function loadState(path: string, identity: string): Promise<FitState | undefined> {
  if (!await exists(path)) return undefined;
  const { tensors, metadata } = await loadSafetensors(path);
  if (metadata.identity !== identity) {
    throw new Error(
      `Cannot continue training from ${path}: it is of another run (${metadata.identity}), expected ${identity}`,
    );
  }
  const of = (prefix: string): Tensors =>
    Object.fromEntries(
      Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}:`))
        .map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]),
    );
  return {
    ...JSON.parse(metadata.progress),
    bestValues: of("best"),
    values: of("now"),
    optimizer: of("optimizer"),
  };
}

async function exists(path: string): Promise<boolean> {
  try {
    await Deno.stat(path);
    return true;
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return false;
    throw error;
  }
}
