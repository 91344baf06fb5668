import type { PreparedSchema } from "../../data/mod.ts";
import { createRandom } from "../../random/mod.ts";
import { Adam, EmbeddingTables, rowWiseAdagrad, sparseAdam, type SparseOptimizer } from "../../tensor/mod.ts";
import type { Balancer } from "../balancer.ts";
import { inputWidth } from "../models/input.ts";
import { mmoe } from "../models/mmoe.ts";
import type { MultiTaskModel } from "../models/model.ts";
import { sharedBottom } from "../models/shared_bottom.ts";
import { binaryHeads, type TaskHead } from "../models/task_head.ts";
import type { TrainConfig } from "./config.ts";
import type { TrainState } from "./train_step.ts";

/** A model with its embedding tables, fresh from its seed. */
export interface Network {
  readonly model: MultiTaskModel;
  readonly tables: EmbeddingTables;
  readonly numericFields: number;
  readonly tasks: number;
  /** What is answered for each task. [tasks] */
  readonly heads: readonly TaskHead[];
}

/**
 * Builds the network of a configuration for data of a schema; the same seed gives the same weights.
 *
 * @param tasks What is to be answered for each task; a number means as many binary ones.
 * @param shared Embedding tables to use instead of new ones.
 */
export function createNetwork(
  { fields }: Pick<PreparedSchema, "fields">,
  tasks: number | readonly TaskHead[],
  config: TrainConfig,
  shared?: EmbeddingTables,
): Network {
  const random = createRandom(config.seed);
  const heads = typeof tasks === "number" ? binaryHeads(tasks) : tasks;
  const sizes = fields.flatMap((field) => field.kind === "categorical" ? [field.size] : []);
  const numericFields = fields.length - sizes.length;
  const tables = shared ?? new EmbeddingTables(sizes, config.embeddingDim, random.fork("embeddings"));
  const modelSizes = {
    inputs: inputWidth(tables, numericFields),
    outputs: heads.map(({ outputs }) => outputs),
    bottom: config.bottom,
    tower: config.tower,
  };
  const weights = random.fork("model");
  const model = config.backbone === "mmoe"
    ? mmoe({ ...modelSizes, experts: config.experts, cut: config.cut }, weights)
    : sharedBottom(modelSizes, weights);
  return { model, tables, numericFields, tasks: heads.length, heads };
}

/**
 * A network ready to train.
 *
 * @param shared The optimizer of shared embedding tables, instead of a new one.
 * @throws {RangeError} If the balancer cannot work at the level, or nothing below the cut learns.
 */
export function createTrainState(
  network: Network,
  balancer: Balancer,
  config: TrainConfig,
  shared?: SparseOptimizer,
): TrainState {
  checkLevel(network, balancer, config);
  const options = { learningRate: config.learningRate };
  return {
    ...network,
    balancer,
    level: config.level,
    microBatches: config.microBatches,
    sharedOptimizer: new Adam(network.model.shared, options),
    headOptimizer: new Adam(network.model.heads, options),
    tableOptimizer: shared ??
      (config.tableOptimizer === "adam" ? sparseAdam : rowWiseAdagrad)(network.tables, options),
  };
}

function checkLevel(
  { model, tables }: Network,
  { name, needs }: Balancer,
  { level, backbone }: TrainConfig,
): void {
  if (level === "loss" && needs !== "losses") {
    const other = needs === "gram" ? "the Gram matrix of the gradients" : "the gradients";
    throw new RangeError(
      `Cannot use balancer '${name}' at level 'loss': it needs ${other}, expected level 'representation' or 'parameter'`,
    );
  }
  if (level !== "loss" && model.shared.length === 0 && tables.fields === 0) {
    const mend = backbone === "mmoe" ? "cut 'experts'" : "a bottom of at least one layer";
    throw new RangeError(
      `Cannot balance gradients: the data have no categorical field, so nothing below the cut learns, expected ${mend}`,
    );
  }
}

/** Frees a network's tensors. */
export function disposeNetwork({ model }: Network): void {
  for (const variable of [...model.shared, ...model.heads]) variable.dispose();
}
