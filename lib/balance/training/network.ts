import type { PreparedSchema } from "../../data/mod.ts";
import { createRandom } from "../../random/mod.ts";
import { Adam, EmbeddingTables, rowWiseAdagrad, sparseAdam } from "../../tensor/mod.ts";
import type { Balancer } from "../balancer.ts";
import { inputWidth } from "../models/input.ts";
import { mmoe } from "../models/mmoe.ts";
import type { MultiTaskModel } from "../models/model.ts";
import { sharedBottom } from "../models/shared_bottom.ts";
import type { TrainConfig } from "./config.ts";
import type { TrainState } from "./train_step.ts";

/** A model with its embedding tables, fresh from its seed. */
export interface Network {
  readonly model: MultiTaskModel;
  readonly tables: EmbeddingTables;
  readonly numericFields: number;
  readonly tasks: number;
}

/**
 * Builds the network of a configuration for data of a schema; the same seed gives the same weights.
 *
 * @param shared Embedding tables to use instead of new ones.
 */
export function createNetwork(
  { fields }: Pick<PreparedSchema, "fields">,
  tasks: number,
  config: TrainConfig,
  shared?: EmbeddingTables,
): Network {
  const random = createRandom(config.seed);
  const sizes = fields.flatMap((field) => field.kind === "categorical" ? [field.size] : []);
  const numericFields = fields.length - sizes.length;
  const tables = shared ?? new EmbeddingTables(sizes, config.embeddingDim, random.fork("embeddings"));
  const modelSizes = {
    inputs: inputWidth(tables, numericFields),
    tasks,
    bottom: config.bottom,
    tower: config.tower,
  };
  const weights = random.fork("model");
  const model = config.backbone === "mmoe"
    ? mmoe({ ...modelSizes, experts: config.experts, cut: config.cut }, weights)
    : sharedBottom(modelSizes, weights);
  return { model, tables, numericFields, tasks };
}

/**
 * A network ready to train.
 *
 * @throws {RangeError} If gradients are to be balanced where nothing below the cut learns.
 */
export function createTrainState(network: Network, balancer: Balancer, config: TrainConfig): TrainState {
  if (config.level !== "loss" && network.model.shared.length === 0 && network.tables.fields === 0) {
    throw new RangeError(
      `Cannot balance gradients with cut '${config.cut}': the data have no categorical field, so nothing below ` +
        `the input learns, expected cut 'experts'`,
    );
  }
  const options = { learningRate: config.learningRate };
  return {
    ...network,
    balancer,
    level: config.level,
    sharedOptimizer: new Adam(network.model.shared, options),
    headOptimizer: new Adam(network.model.heads, options),
    tableOptimizer: config.tableOptimizer === "adam"
      ? sparseAdam(network.tables, options)
      : rowWiseAdagrad(network.tables, options),
  };
}

/** Frees a network's tensors. */
export function disposeNetwork({ model }: Network): void {
  for (const variable of [...model.shared, ...model.heads]) variable.dispose();
}
