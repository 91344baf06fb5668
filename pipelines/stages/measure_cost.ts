import * as v from "valibot";
import { backbones, measureTrainSteps, type StepTime } from "../../lib/balance/mod.ts";
import { defineStage } from "../../lib/pipeline/mod.ts";
import { describeBackend } from "../../lib/tensor/mod.ts";
import { backendParam, blasEnvironment, startBackend, trainingPermissions } from "./backend.ts";
import { writeJson } from "./training_run.ts";

const count = v.pipe(v.number(), v.integer(), v.minValue(1));

/** The work that is timed: the shape of an industrial model, with random data. */
export const workload = v.object({
  batch: v.optional(count, 4096),
  fields: v.optional(count, 20),
  dim: v.optional(count, 16),
  rows: v.optional(count, 400_000),
  bottom: v.optional(v.array(count), [512, 256, 128]),
  tower: v.optional(v.array(count), [64]),
  tasks: v.optional(count, 4),
  backbone: v.optional(v.picklist(backbones), "shared-bottom"),
  experts: v.optional(count, 4),
  seed: v.optional(count, 1),
});

/** What `cost.json` says. */
export interface CostMeasurement {
  readonly backend: string;
  readonly workload: v.InferOutput<typeof workload>;
  readonly steps: number;
  readonly methods: readonly StepTime[];
}

/** Times training steps of each method. It runs alone, so that nothing else takes the cores meanwhile. */
export default defineStage({
  name: "measure-cost",
  module: import.meta.url,
  params: v.object({
    backend: backendParam,
    workload,
    methods: v.array(v.string()),
    steps: v.optional(count, 12),
  }),
  inputs: [],
  outputs: ["cost.json"],
  env: blasEnvironment,
  permissions: trainingPermissions,
  deterministic: false,
  async run(ctx) {
    const { workload, methods, steps } = ctx.params;
    const backend = await startBackend(ctx);
    const times = await measureTrainSteps(
      workload,
      methods,
      steps,
      (done, total) => ctx.progress(done, total, { unit: "steps" }),
    );
    const measurement: CostMeasurement = {
      backend: describeBackend(backend),
      workload,
      steps,
      methods: times,
    };
    await writeJson(ctx.outputs["cost.json"], measurement);
  },
});
