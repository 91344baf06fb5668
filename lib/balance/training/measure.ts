import * as v from "valibot";
import type { Batch } from "../../data/mod.ts";
import { createRandom, type Random } from "../../random/mod.ts";
import { EmbeddingTables, sparseAdam } from "../../tensor/mod.ts";
import { methodOf } from "../method.ts";
import { type Backbone, trainConfig } from "./config.ts";
import { createNetwork, createTrainState, disposeNetwork } from "./network.ts";
import { type Level, type TrainState, trainStep } from "./train_step.ts";
import { trainedBalancer } from "./trained_balancer.ts";

/** The work of which training steps are timed: random ids and labels in the shape of an industrial model. */
export interface Workload {
  batch: number;
  /** Categorical fields. */
  fields: number;
  /** Width of an embedding. */
  dim: number;
  /** Rows of all embedding tables together. */
  rows: number;
  bottom: number[];
  tower: number[];
  tasks: number;
  backbone: Backbone;
  experts: number;
  seed: number;
}

/** How fast one method trains. */
export interface StepTime {
  readonly method: string;
  readonly balancer: string;
  readonly level: Level;
  /** Milliseconds of each timed step. */
  readonly times: readonly number[];
  /** Their median. */
  readonly ms: number;
  /** Examples a second at the median. */
  readonly qps: number;
}

/** Steps that warm caches and compiled code up, and are not timed. */
const WARM_UP = 3;
/** Different batches, so that no method profits from rows that the last step left in the cache. */
const BATCHES = 4;

/**
 * Times whole training steps: lookup of embeddings, forward, backward, balancing, and both optimizers.
 *
 * The methods take turns, one step each, in an order drawn for every round, so that whatever else the machine does
 * meets all of them alike.
 */
export async function measureTrainSteps(
  workload: Workload,
  methods: readonly string[],
  steps: number,
  progress?: (done: number, total: number) => void,
): Promise<StepTime[]> {
  const random = createRandom(workload.seed);
  const tableRows = Math.floor(workload.rows / workload.fields);
  const batches = Array.from({ length: BATCHES }, (_, i) => randomBatch(workload, tableRows, random.fork(i)));
  const rounds = WARM_UP + steps, turns = random.fork("turns");
  const states = createStates(workload, methods, tableRows, rounds);
  const times = methods.map((): number[] => []);
  for (let round = 0; round < rounds; round++) {
    // Drawn anew, so that no method always pays for what the same other one leaves to the cache and the collector.
    const order = turns.shuffle(Array.from(states.keys()));
    for (const [turn, i] of order.entries()) {
      const start = performance.now();
      await trainStep(states[i], batches[round % BATCHES], round);
      if (round >= WARM_UP) times[i].push(performance.now() - start);
      progress?.(round * states.length + turn + 1, rounds * states.length);
    }
  }
  states.forEach(disposeNetwork);
  return methods.map((method, i) => {
    const ms = median(times[i]);
    const { balancer, level } = methodOf(method);
    return { method, balancer, level, times: times[i], ms, qps: workload.batch / ms * 1000 };
  });
}

/** One state a method. They share the embedding tables, which else would take most of the memory. */
function createStates(
  workload: Workload,
  methods: readonly string[],
  tableRows: number,
  rounds: number,
): TrainState[] {
  const { fields, dim, tasks } = workload;
  const tables = new EmbeddingTables(Array(fields).fill(tableRows), dim, createRandom(workload.seed));
  const tableOptimizer = sparseAdam(tables);
  return methods.map((name) => {
    const { balancer, level } = methodOf(name);
    const config = v.parse(trainConfig, {
      ...{ backbone: workload.backbone, bottom: workload.bottom, tower: workload.tower },
      // The parameter level needs the experts among the shared parameters; both levels get the same cut.
      ...{
        experts: workload.experts,
        cut: "experts",
        embeddingDim: dim,
        seed: workload.seed,
        balancer,
        level,
      },
      balancerOptions: balancer === "static" ? { weights: Array(tasks).fill(1) } : {},
    });
    const network = createNetwork({ fields: tables.fieldSizes.map(categoricalField) }, tasks, config, tables);
    return createTrainState(network, trainedBalancer(config, rounds), config, tableOptimizer);
  });
}

function categoricalField(size: number, i: number) {
  return { name: `c${i + 1}`, kind: "categorical" as const, size };
}

function randomBatch({ batch: size, fields, tasks }: Workload, tableRows: number, random: Random): Batch {
  return {
    size,
    rows: new BigInt64Array(size),
    categorical: Int32Array.from({ length: size * fields }, () => random.integer(tableRows)),
    numeric: new Float32Array(0),
    labels: Float32Array.from({ length: tasks * size }, () => random.integer(2)),
  };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b), middle = sorted.length >> 1;
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
