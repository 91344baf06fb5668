import type { Split } from "../../data/mod.ts";
import { createRandom } from "../../random/mod.ts";
import type { BalancerState } from "../balancer.ts";
import { taskHead } from "../models/task_head.ts";
import { loadCheckpoint, type Progress, saveCheckpoint } from "./checkpoint.ts";
import type { TrainConfig } from "./config.ts";
import { evaluate, meanRelativeLoss, type TaskScores } from "./evaluate.ts";
import { createNetwork, createTrainState, disposeNetwork, type Network } from "./network.ts";
import { predict } from "./predict.ts";
import { selectTasks } from "./select_tasks.ts";
import { trainStep } from "./train_step.ts";
import { trainedBalancer } from "./trained_balancer.ts";
import { copyWeights, setWeights } from "./weights.ts";

/** One epoch of a training run. */
export interface EpochRecord {
  readonly epoch: number;
  /** Mean training loss of each task over the epoch. */
  readonly trainLosses: number[];
  readonly validation: TaskScores[];
  /**
   * Mean over the tasks (those of `config.selectBy`) of each one's loss over that of its best constant, on validation:
   * what selects the epoch.
   */
  readonly meanRelativeLoss: number;
}

export interface TrainedRun {
  /** The network with the weights of its best epoch. */
  readonly network: Network;
  readonly tasks: readonly string[];
  /** Places of the tasks among the tasks of the data. */
  readonly taskIndices: readonly number[];
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
  /** What the balancer remembered after its best epoch, to save with the network. */
  readonly balancerState: BalancerState;
  /** Examples trained on, and the seconds that the training steps alone took. */
  readonly examples: number;
  readonly seconds: number;
}

export interface TrainHooks {
  /** Called now and then with the steps done and the most there can be. */
  progress?(done: number, total: number, note: string): void;
  /**
   * File to which the state of the run is saved after every epoch, and from which it goes on if it is there: a run
   * that was stopped ends with the weights of one that was not.
   */
  checkpoint?: string;
}

/**
 * Trains a multi-task model and keeps the epoch with the best mean relative loss (NE, of binary tasks) on validation, over
 * all tasks or those of `config.selectBy`. The test split is not read.
 *
 * @throws {RangeError} If a task is unknown, the training split is smaller than a batch, or a batch than its parts.
 * @throws {Error} If the losses diverge, or the checkpoint is not one of this configuration and data.
 */
export async function train(
  data: { train: Split; validation: Split },
  config: TrainConfig,
  hooks: TrainHooks = {},
): Promise<TrainedRun> {
  const { schema } = data.train;
  const names = schema.tasks.map(({ name }) => name);
  const tasks = config.tasks ?? names;
  const taskIndices = tasks.map((task) => placeOf(task, names));
  const unknown = config.selectBy?.find((task) => !tasks.includes(task));
  if (unknown !== undefined) {
    throw new RangeError(
      `Cannot select the epoch by task '${unknown}': it is not trained, expected one of ${tasks}`,
    );
  }
  // A last, smaller batch is dropped, so that every step weighs its examples alike.
  const stepsPerEpoch = Math.floor(data.train.rows / config.batchSize);
  if (stepsPerEpoch === 0) {
    throw new RangeError(
      `Cannot train: the batch size is ${config.batchSize}, expected at most the ${data.train.rows} training rows`,
    );
  }
  if (config.microBatches > config.batchSize) {
    throw new RangeError(
      `Cannot train: microBatches is ${config.microBatches}, expected at most the batch size, ${config.batchSize}`,
    );
  }

  const network = createNetwork(schema, taskIndices.map((index) => taskHead(schema.tasks[index])), config);
  try {
    return {
      network,
      tasks,
      taskIndices,
      ...await fit(network, data, config, { tasks, taskIndices, stepsPerEpoch, hooks }),
    };
  } catch (error) {
    disposeNetwork(network);
    throw error;
  }
}

interface FitOptions {
  tasks: readonly string[];
  taskIndices: readonly number[];
  stepsPerEpoch: number;
  hooks: TrainHooks;
}

/** The epochs of a run; leaves the network with the weights of the best one. */
async function fit(
  network: Network,
  data: { train: Split; validation: Split },
  config: TrainConfig,
  { tasks, taskIndices, stepsPerEpoch, hooks }: FitOptions,
): Promise<Omit<TrainedRun, "network" | "tasks" | "taskIndices">> {
  const state = createTrainState(network, trainedBalancer(config, stepsPerEpoch), config);
  const shuffles = createRandom(config.seed).fork("batches");
  const identity = { config, schema: data.train.schema };
  const resumed = hooks.checkpoint ? await loadCheckpoint(hooks.checkpoint, state, identity) : undefined;
  let { history = [], best, steps = 0, milliseconds = 0 }: Partial<Progress> = resumed ?? {};
  const over = (epoch: number) => epoch - (best?.epoch ?? epoch) >= config.patience;
  for (let epoch = history.length + 1; epoch <= config.epochs && !over(epoch - 1); epoch++) {
    const sums = new Float64Array(tasks.length);
    const batches = data.train.batches({
      batchSize: config.batchSize,
      shuffle: shuffles.fork(epoch),
      dropLast: true,
    });
    for await (const full of batches) {
      const batch = selectTasks(full, taskIndices);
      const start = performance.now();
      const losses = await trainStep(state, batch, steps++);
      milliseconds += performance.now() - start;
      losses.forEach((loss, m) => sums[m] += loss);
      hooks.progress?.(steps, stepsPerEpoch * config.epochs, `epoch ${epoch}`);
    }
    const trainLosses = Array.from(sums, (sum) => sum / stepsPerEpoch);
    const predictions = await predict(network, data.validation, taskIndices);
    const validation = evaluate(predictions, tasks, network.heads);
    const relativeLoss = meanRelativeLoss(
      validation.filter(({ task }) => config.selectBy?.includes(task) ?? true),
    );
    history = [...history, { epoch, trainLosses, validation, meanRelativeLoss: relativeLoss }];
    if (!best || relativeLoss < best.relativeLoss) {
      const balancer = state.balancer.saveState?.() ?? {};
      best = { epoch, relativeLoss, weights: await copyWeights(network), balancer };
    }
    if (hooks.checkpoint) {
      await saveCheckpoint(hooks.checkpoint, state, identity, { history, best, steps, milliseconds });
    }
  }
  await setWeights(network, best!.weights);
  return {
    history,
    bestEpoch: best!.epoch,
    balancerState: best!.balancer,
    examples: steps * config.batchSize,
    seconds: milliseconds / 1000,
  };
}

function placeOf(task: string, names: readonly string[]): number {
  const place = names.indexOf(task);
  if (place < 0) {
    throw new RangeError(`Cannot train task '${task}': it is not in the data, expected one of ${names}`);
  }
  return place;
}
