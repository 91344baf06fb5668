import * as v from "valibot";
import { mmoeCuts } from "../models/mmoe.ts";
import { levels } from "./train_step.ts";

export const backbones = ["shared-bottom", "mmoe"] as const;
export type Backbone = typeof backbones[number];

/** Optimizers of embedding tables; each touches the rows of its batch alone. */
export const tableOptimizers = ["adam", "row-wise-adagrad"] as const;

const count = v.pipe(v.number(), v.integer(), v.minValue(1));
const units = v.array(count);

/** What one training run is: model, balancer, optimizer and stopping rule. Every default has its reason beside it. */
export const trainConfig = v.object({
  backbone: v.optional(v.picklist(backbones), "shared-bottom"),
  /** Units of the shared bottom's layers, or of each expert's. The default is the calibration's bottom. */
  bottom: v.optional(units, [64, 8]),
  /** Units of each tower's hidden layers. */
  tower: v.optional(units, [16]),
  /** Experts of MMoE. */
  experts: v.optional(count, 4),
  /** Where MMoE is cut: at its input, where the theorem's bound holds, or at the stacked experts. */
  cut: v.optional(v.picklist(mmoeCuts), "input"),
  /** Width of the embedding of each categorical field. */
  embeddingDim: v.optional(count, 8),
  /** Tasks to train, by name; all if absent. One alone is a single-task model. */
  tasks: v.optional(v.array(v.string())),
  /** Tasks by whose mean relative loss the best epoch is selected, by name, where the others only help; all if absent. */
  selectBy: v.optional(v.pipe(v.array(v.string()), v.nonEmpty())),
  /** A name of `createBalancer`. */
  balancer: v.optional(v.string(), "ew"),
  balancerOptions: v.optional(v.record(v.string(), v.unknown()), {}),
  level: v.optional(v.picklist(levels), "representation"),
  /** Adam's step size, for dense variables and embedding rows alike. */
  learningRate: v.optional(v.pipe(v.number(), v.minValue(0)), 2e-3),
  /** How embedding rows are updated: as everything else, or with one accumulator a row, for tables that fill memory. */
  tableOptimizer: v.optional(v.picklist(tableOptimizers), "adam"),
  batchSize: v.optional(count, 512),
  /** Parts in which a batch goes through the network, for batches whose activations do not fit the memory. */
  microBatches: v.optional(count, 1),
  /** At most so many passes over the training split; the best on validation is kept. */
  epochs: v.optional(count, 12),
  /** Epochs without a better mean relative loss on validation before training stops. */
  patience: v.optional(count, 12),
  seed: v.optional(v.pipe(v.number(), v.integer()), 1),
});

export type TrainConfig = v.InferOutput<typeof trainConfig>;
