import { measureTrainSteps, type Workload } from "../lib/balance/mod.ts";
import { backendRequests, describeBackend } from "../lib/tensor/mod.ts";
import { backendOf, count, oneOf, parseOptions, print } from "./options.ts";

const defaults = {
  batch: "4096",
  fields: "20",
  dim: "16",
  rows: "400000",
  bottom: "512,256,128",
  tower: "64",
  tasks: "4",
  experts: "4",
  backbone: "shared-bottom",
  methods: "ew,multibalance,mgda-param",
  steps: "12",
  seed: "1",
  backend: "auto",
};

const help = `Usage: deno task bench train-step [options]

Times whole training steps of a multi-task model: embeddings, forward, backward,
balancing and both optimizers. The methods take turns, one step each.

  --batch ${defaults.batch}           examples in a step
  --fields ${defaults.fields}            categorical fields
  --dim ${defaults.dim}               width of an embedding
  --rows ${defaults.rows}          rows of all embedding tables together
  --bottom ${defaults.bottom}   units of the shared layers
  --tower ${defaults.tower}             units of each tower's hidden layers
  --tasks ${defaults.tasks}              tasks
  --backbone ${defaults.backbone} or mmoe, with --experts ${defaults.experts}
  --methods ${defaults.methods}
                         balancers; -param for the parameter level
  --steps ${defaults.steps}             timed steps of each method
  --threads N            BLAS threads (default: all cores)
  --backend ${defaults.backend}         ${backendRequests.join(", ")}
  --seed ${defaults.seed}               seed of data and weights
  --json                 print one JSON object

The same work in PyTorch: python3 bench/peers/train_step.py, with the same options.
`;

export const trainStepBenchmark = {
  summary: "training steps of each balancing method, beside PyTorch",
  run: runTrainStep,
};

async function runTrainStep(args: string[]): Promise<void> {
  const values = parseOptions(args, defaults, ["threads"]);
  if (values.help) return print(help);

  const workload: Workload = {
    batch: count("train-step", "batch", values.batch),
    fields: count("train-step", "fields", values.fields),
    dim: count("train-step", "dim", values.dim),
    rows: count("train-step", "rows", values.rows),
    bottom: values.bottom.split(",").map((units) => count("train-step", "bottom", units)),
    tower: values.tower.split(",").map((units) => count("train-step", "tower", units)),
    tasks: count("train-step", "tasks", values.tasks),
    experts: count("train-step", "experts", values.experts),
    backbone: oneOf("train-step", "backbone", values.backbone, ["shared-bottom", "mmoe"]),
    seed: count("train-step", "seed", values.seed),
  };
  const backend = await backendOf("train-step", values);
  const times = await measureTrainSteps(
    workload,
    values.methods.split(","),
    count("train-step", "steps", values.steps),
  );
  if (values.json) {
    const methods = Object.fromEntries(
      times.map(({ method, ms, qps }) => [method, { ms: Number(ms.toFixed(2)), qps: Math.round(qps) }]),
    );
    return print(JSON.stringify({ backend: backend.name, threads: backend.threads, methods }) + "\n");
  }
  const width = Math.max(...times.map(({ method }) => method.length), "method".length);
  const lines = times.map(({ method, ms, qps }) =>
    [
      method.padEnd(width),
      ms.toFixed(1).padStart(9),
      Math.round(qps).toLocaleString("en-US").padStart(10),
      `${(100 * qps / times[0].qps).toFixed(1)}%`.padStart(9),
    ].join(" ")
  );
  await print(
    `${describeBackend(backend)}\n\n` +
      `${"method".padEnd(width)} ${"ms".padStart(9)} ${"examples/s".padStart(10)} ${
        times[0].method.padStart(9)
      }\n` +
      `${lines.join("\n")}\n`,
  );
}
