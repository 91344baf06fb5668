import type { PreparedSchema } from "../../data/mod.ts";
import { loadSafetensors, saveSafetensors } from "../../tensor/mod.ts";
import type { BalancerState } from "../balancer.ts";
import type { TrainConfig } from "./config.ts";
import type { EpochRecord } from "./train.ts";
import type { TrainState } from "./train_step.ts";
import {
  arraysOf,
  copyWeights,
  ofPrefix,
  setWeights,
  storedArrays,
  type Weights,
  withPrefix,
} from "./weights.ts";

/** How far a training run has come, after one of its epochs. */
export interface Progress {
  readonly history: readonly EpochRecord[];
  readonly best: {
    readonly epoch: number;
    readonly relativeLoss: number;
    readonly weights: Weights;
    readonly balancer: BalancerState;
  };
  /** Training steps taken. */
  readonly steps: number;
  /** Milliseconds that the training steps alone took. */
  readonly milliseconds: number;
}

/** What a run is of: a checkpoint goes on with the same only. */
export interface RunIdentity {
  readonly config: TrainConfig;
  /** Of the training split. */
  readonly schema: PreparedSchema;
}

/** What a run may change when it goes on: how long it goes. */
const free = ["epochs", "patience"] as const;

const FORMAT = "equipoise-training";

/**
 * Writes the whole state of a run as a safetensors file, all or nothing: weights, optimizers, balancer, the best epoch
 * so far, and the history. The order of the batches follows from the seed and the number of the epoch.
 *
 * @throws {TypeError} If the balancer cannot save its state.
 */
export async function saveCheckpoint(
  path: string,
  state: TrainState,
  { config, schema }: RunIdentity,
  { history, best, steps, milliseconds }: Progress,
): Promise<void> {
  if (state.balancer.saveState === undefined) {
    throw new TypeError(
      `Cannot save checkpoint ${path}: balancer '${state.balancer.name}' has no saveState, expected one that has`,
    );
  }
  const tensors = {
    ...withPrefix("network", await copyWeights(state)),
    ...withPrefix("balancer", storedArrays(state.balancer.saveState())),
    ...Object.entries(optimizersOf(state)).reduce((all, [name, optimizer]) => ({
      ...all,
      ...withPrefix(`optimizer.${name}`, storedArrays(optimizer.saveState())),
    }), {}),
    ...withPrefix("best.network", best.weights),
    ...withPrefix("best.balancer", storedArrays(best.balancer)),
  };
  await saveSafetensors(path, tensors, {
    format: FORMAT,
    config: JSON.stringify(config),
    schema: JSON.stringify(schema),
    progress: JSON.stringify({
      ...{ history, steps, milliseconds },
      best: { epoch: best.epoch, relativeLoss: best.relativeLoss },
    }),
  });
}

/**
 * Puts a run back to where {@link saveCheckpoint} left it, to the last bit.
 *
 * @returns Undefined, with nothing changed, if there is no such file.
 * @throws {Error} If the file is not a whole checkpoint, or one of another configuration or other data, naming what differs.
 */
export async function loadCheckpoint(
  path: string,
  state: TrainState,
  { config, schema }: RunIdentity,
): Promise<Progress | undefined> {
  let stored: Awaited<ReturnType<typeof loadSafetensors>>;
  try {
    stored = await loadSafetensors(path);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return undefined;
    throw error;
  }
  const { tensors, metadata } = stored;
  if (metadata.format !== FORMAT) {
    throw new Error(
      `Cannot resume from ${path}: its format is ${metadata.format ?? "not said"}, expected ${FORMAT}`,
    );
  }
  checkConfig(path, JSON.parse(metadata.config), config);
  if (metadata.schema !== JSON.stringify(schema)) {
    throw new Error(
      `Cannot resume from ${path}: its data, '${JSON.parse(metadata.schema).name}', were others, ` +
        `expected '${schema.name}' as it is prepared now`,
    );
  }
  const { best, ...progress } = JSON.parse(metadata.progress);
  await setWeights(state, ofPrefix("network", tensors));
  state.balancer.restoreState!(arraysOf(ofPrefix("balancer", tensors)));
  for (const [name, optimizer] of Object.entries(optimizersOf(state))) {
    optimizer.restoreState(arraysOf(ofPrefix(`optimizer.${name}`, tensors)));
  }
  return {
    ...progress,
    best: {
      ...best,
      weights: ofPrefix("best.network", tensors),
      balancer: arraysOf(ofPrefix("best.balancer", tensors)),
    },
  };
}

function optimizersOf({ sharedOptimizer, headOptimizer, tableOptimizer }: TrainState) {
  return { shared: sharedOptimizer, heads: headOptimizer, tables: tableOptimizer };
}

function checkConfig(path: string, saved: TrainConfig, config: TrainConfig): void {
  for (const key of new Set([...Object.keys(saved), ...Object.keys(config)]) as Set<keyof TrainConfig>) {
    if ((free as readonly string[]).includes(key)) continue;
    const [found, expected] = [saved[key], config[key]].map((value) => JSON.stringify(value));
    if (found !== expected) {
      throw new Error(`Cannot resume from ${path}: its ${key} is ${found}, expected ${expected}`);
    }
  }
}
