/** A training step whose optimizers keep the gradients instead of following them. */
import type * as tf from "@tensorflow/tfjs-core";
import * as v from "valibot";
import {
  type Balancer,
  createNetwork,
  createTrainState,
  type Level,
  type Network,
  type TaskHead,
  type TrainConfig,
  trainConfig,
  type TrainState,
  trainStep,
} from "../../../lib/balance/mod.ts";
import type { Batch } from "../../../lib/data/mod.ts";
import { tinySchema } from "./tiny_data.ts";

/** What one step would update the network with. */
export interface Captured {
  shared: Float32Array[];
  heads: Float32Array[];
  /** Gradient of each touched embedding row, by its place in the stacked tables. */
  rows: Map<number, Float32Array>;
  losses: Float64Array;
  weights?: Float64Array;
}

export interface Setting {
  backbone: TrainConfig["backbone"];
  cut?: TrainConfig["cut"];
}

export const settings: Record<string, Setting> = {
  "shared bottom": { backbone: "shared-bottom" },
  "MMoE cut at its input": { backbone: "mmoe", cut: "input" },
  "MMoE cut at its experts": { backbone: "mmoe", cut: "experts" },
};

/** A small network, fresh from its seed; of three binary tasks, or of those given. */
export function network(
  setting: Setting,
  heads: number | readonly TaskHead[] = 3,
  given: Record<string, unknown> = {},
): [Network, TrainConfig] {
  const config = v.parse(trainConfig, {
    ...setting,
    bottom: [6, 4],
    tower: [3],
    experts: 2,
    embeddingDim: 2,
    seed: 5,
    ...given,
  });
  return [createNetwork(tinySchema, heads, config), config];
}

/** What one step with a batch does. */
export async function capture(
  [net, config]: [Network, TrainConfig],
  balancer: Balancer,
  level: Level,
  batch: Batch,
): Promise<Captured> {
  const kept: Partial<Captured> = {};
  const keep = (name: "shared" | "heads") => ({
    ...stateless,
    apply: async (gradients: readonly tf.Tensor[]) => {
      kept[name] = await Promise.all(gradients.map(async (g) => (await g.data()).slice() as Float32Array));
    },
  });
  const state: TrainState = {
    ...createTrainState(net, spying(balancer, (weights) => kept.weights = weights), { ...config, level }),
    sharedOptimizer: keep("shared"),
    headOptimizer: keep("heads"),
    tableOptimizer: {
      ...stateless,
      apply({ rows, count, values }) {
        const { dim } = net.tables;
        kept.rows = new Map(
          Array.from(rows.subarray(0, count), (row, u) => [row, values.slice(u * dim, (u + 1) * dim)]),
        );
      },
    },
  };
  const losses = await trainStep(state, batch, 0);
  return { ...kept, losses } as Captured;
}

/** Optimizers that keep gradients remember nothing. */
const stateless = { saveState: () => ({}), restoreState() {} };

/** The balancer, with its weights shown to `see`. */
function spying(balancer: Balancer, see: (weights: Float64Array) => void): Balancer {
  return {
    ...{ name: balancer.name, needs: balancer.needs, reset: () => balancer.reset() },
    combine: (step) => balancer.combine!(step),
    weigh(step) {
      const weights = balancer.weigh!(step);
      see(weights);
      return weights;
    },
  };
}

/** A balancer of fixed weights that asks for what the level offers. */
export function fixed(weights: number[], needs: Balancer["needs"]): Balancer {
  return {
    name: "fixed",
    needs,
    weigh: () => Float64Array.from(weights),
    combine: ({ gradients }) =>
      gradients[0].map((_, k) => gradients.reduce((sum, g, m) => sum + weights[m] * g[k], 0)),
    reset() {},
  };
}
