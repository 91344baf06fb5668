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
  /** Folder where the state is kept after each epoch, and continued from; made if it is not there. */
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
 * @throws {Error} If the checkpoint is of another run, or is no whole file of this kind.
 * @throws {RangeError} If a loss is not finite or a score is not a number: the checkpoint keeps the epoch before.
 */
export async function fit<Batch>(
  { parameters, optimizer, batches, gradients, validate }: FitTask<Batch>,
  { epochs, patience = 5, checkpoint, identity = "", onProgress, signal }: FitOptions,
): Promise<FitReport> {
  if (checkpoint !== undefined) await Deno.mkdir(checkpoint, { recursive: true });
  const path = checkpoint === undefined ? undefined : join(checkpoint, FILE);
  const saved = path === undefined ? undefined : await loadState(path, identity);
  if (saved !== undefined) {
    await parameters.set(saved.values);
    optimizer.restoreState(saved.optimizer);
  }
  let { step, best, score, bestValues } = saved ??
    { step: 0, best: 0, score: checkedScore(0, await validate()), bestValues: await parameters.copy() };
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
        if (!Number.isFinite(found.loss)) {
          throw new RangeError(
            `Cannot train: the loss of step ${step} is ${found.loss}, expected a finite number, as a lower learning ` +
              "rate may give",
          );
        }
        await optimizer.apply(found);
        sum += found.loss;
      } finally {
        engine.endScope();
      }
      step++, steps++;
      onProgress?.({ epoch, step, loss: sum / steps, epochs: history });
    }
    if (steps === 0) {
      throw new RangeError(`Cannot train: epoch ${epoch} has no batches, expected at least one`);
    }
    const now = checkedScore(epoch, await validate());
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

function checkedScore(epoch: number, score: number): number {
  if (!Number.isNaN(score)) return score;
  throw new RangeError(`Cannot train: the score after epoch ${epoch} is NaN, expected a number`);
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

const FORMAT = "equipoise-fit";

async function saveState(path: string, identity: string, state: FitState): Promise<void> {
  const named = (prefix: string, tensors: Tensors) =>
    Object.entries(tensors).map(([name, tensor]): [string, StoredTensor] => [`${prefix}:${name}`, tensor]);
  const { step, best, score, epochs } = state;
  const numbers = (values: number[]): StoredTensor => ({
    shape: [values.length],
    data: Float64Array.from(values),
  });
  await saveSafetensors(
    path,
    Object.fromEntries([
      ...named("best", state.bestValues),
      ...named("now", state.values),
      ...named("optimizer", state.optimizer),
      // As numbers, not as text, which has no infinity.
      ...named("progress", {
        counts: numbers([step, best, score]),
        losses: numbers(epochs.map(({ loss }) => loss)),
        scores: numbers(epochs.map(({ score }) => score)),
      }),
    ]),
    { format: FORMAT, identity },
  );
}

async function loadState(path: string, identity: string): Promise<FitState | undefined> {
  if (!await exists(path)) return undefined;
  const { tensors, metadata } = await loadSafetensors(path);
  if (metadata.format !== FORMAT || metadata.identity !== identity) {
    throw new Error(
      `Cannot continue training from ${path}: it is of another run (${metadata.identity}), expected ${identity}`,
    );
  }
  const of = (prefix: string): Tensors =>
    Object.fromEntries(
      Object.entries(tensors).filter(([name]) => name.startsWith(`${prefix}:`))
        .map(([name, tensor]) => [name.slice(prefix.length + 1), tensor]),
    );
  const { counts: { data: [step, best, score] }, losses, scores } = of("progress");
  return {
    ...{ step, best, score },
    epochs: Array.from(losses.data, (loss, e) => ({ loss, score: scores.data[e] })),
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
