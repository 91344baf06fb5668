import type { Split } from "../../data/mod.ts";
import { createRandom } from "../../random/mod.ts";
import { createBalancer } from "../registry.ts";
import type { TrainConfig } from "./config.ts";
import { evaluate, meanNe, type TaskScores } from "./evaluate.ts";
import { createNetwork, createTrainState, disposeNetwork, type Network } from "./network.ts";
import { predict } from "./predict.ts";
import { selectTasks } from "./select_tasks.ts";
import { trainStep } from "./train_step.ts";
import { copyWeights, setWeights, type Weights } from "./weights.ts";

/** One epoch of a training run. */
export interface EpochRecord {
  readonly epoch: number;
  /** Mean training loss of each task over the epoch. */
  readonly trainLosses: number[];
  readonly validation: TaskScores[];
  readonly meanValidationNe: number;
}

export interface TrainedRun {
  /** The network with the weights of its best epoch. */
  readonly network: Network;
  readonly tasks: readonly string[];
  /** Places of the tasks among the tasks of the data. */
  readonly taskIndices: readonly number[];
  readonly history: readonly EpochRecord[];
  readonly bestEpoch: number;
  /** Examples trained on, and the seconds that the training steps alone took. */
  readonly examples: number;
  readonly seconds: number;
}

export interface TrainHooks {
  /** Called now and then with the steps done and the most there can be. */
  progress?(done: number, total: number, note: string): void;
}

/**
 * Trains a multi-task model and keeps the epoch with the best mean validation NE. The test split is not read.
 *
 * @throws {Error} If a task is unknown, or the training split is smaller than a batch.
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
  // A last, smaller batch is dropped, so that every step weighs its examples alike.
  const stepsPerEpoch = Math.floor(data.train.rows / config.batchSize);
  if (stepsPerEpoch === 0) {
    throw new RangeError(
      `Cannot train: the batch size is ${config.batchSize}, expected at most the ${data.train.rows} training rows`,
    );
  }

  const network = createNetwork(schema, tasks.length, config);
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
  const state = createTrainState(network, createBalancer(config.balancer, config.balancerOptions), config);
  const shuffles = createRandom(config.seed).fork("batches");
  const history: EpochRecord[] = [];
  let best: { epoch: number; ne: number; weights: Weights } | undefined;
  let step = 0, milliseconds = 0;
  for (let epoch = 1; epoch <= config.epochs; epoch++) {
    const sums = new Float64Array(tasks.length);
    const batches = data.train.batches({
      batchSize: config.batchSize,
      shuffle: shuffles.fork(epoch),
      dropLast: true,
    });
    for await (const full of batches) {
      const batch = selectTasks(full, taskIndices);
      const start = performance.now();
      const losses = await trainStep(state, batch, step++);
      milliseconds += performance.now() - start;
      losses.forEach((loss, m) => sums[m] += loss);
      hooks.progress?.(step, stepsPerEpoch * config.epochs, `epoch ${epoch}`);
    }
    const trainLosses = Array.from(sums, (sum) => sum / stepsPerEpoch);
    const validation = evaluate(await predict(network, data.validation, taskIndices), tasks);
    const ne = meanNe(validation);
    history.push({ epoch, trainLosses, validation, meanValidationNe: ne });
    if (!best || ne < best.ne) best = { epoch, ne, weights: await copyWeights(network) };
    if (epoch - best.epoch >= config.patience) break;
  }
  await setWeights(network, best!.weights);
  return {
    history,
    bestEpoch: best!.epoch,
    examples: step * config.batchSize,
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
