import { createBalancer, defaultBalancers, type NamedBalancer, parseBalancers } from "../lib/balance/mod.ts";
import { plainTable } from "../lib/eval/mod.ts";
import { createRandom } from "../lib/random/mod.ts";
import { backendRequests, describeBackend } from "../lib/tensor/mod.ts";
import { type GramTimes, measureGram } from "./gram.ts";
import { median } from "./median.ts";
import { backendOf, count, parseOptions, print } from "./options.ts";

const defaults = { tasks: "4,16,64", methods: "all", length: "4096", samples: "25", backend: "auto" };

const help = `Usage: deno task bench balancers [options]

Times one step of every balancing method, weigh() on a Gram matrix or combine()
on gradients, and the Gram matrix of 8 gradients of [4096, 128] beside BLAS.

  --tasks ${defaults.tasks}   numbers of tasks
  --methods ${defaults.methods}      methods, parted by commas, with options in parentheses
  --length ${defaults.length}      elements of a gradient, for methods that combine gradients
  --samples ${defaults.samples}       samples whose median is taken
  --threads N       BLAS threads (default: all cores)
  --backend ${defaults.backend}    ${backendRequests.join(", ")}
  --json            print one JSON object
`;

export const balancersBenchmark = {
  summary: "one step of each balancing method, and the Gram matrix beside BLAS",
  run: runBalancers,
};

/** Median time of one step, in microseconds. */
interface StepTime {
  readonly method: string;
  readonly needs: "losses" | "gram" | "gradients";
  /** By the number of tasks. */
  readonly microseconds: Readonly<Record<number, number>>;
}

/** Shortest sample, milliseconds: short steps are repeated until the clock is exact enough. */
const SAMPLE = 0.5;

/** Steps before the first sample, by time in milliseconds: the compiler is done by then. */
const WARM_UP = 60;

/** Time that the samples of one method may take, milliseconds; slow methods get fewer samples. */
const PATIENCE = 600;

/** Different inputs that steps go through in turn, so that nothing is predicted. */
const INPUTS = 8;

async function runBalancers(args: string[]): Promise<void> {
  const values = parseOptions(args, defaults, ["threads"]);
  if (values.help) return await print(help);
  const sizes = values.tasks.split(",").map((tasks) => count("balancers", "tasks", tasks));
  const length = count("balancers", "length", values.length),
    samples = count("balancers", "samples", values.samples);
  const balancers = values.methods === "all" ? defaultBalancers().balancers : parseBalancers(values.methods);
  const backend = await backendOf("balancers", values);
  const gram = await measureGram(backend, [8, 4096, 128], samples);
  const methods = balancers.map((balancer): StepTime => ({
    method: balancer.text,
    needs: createBalancer(balancer.name, balancer.options).needs,
    microseconds: Object.fromEntries(
      sizes.map((tasks) => [tasks, timeStep(balancer, tasks, length, samples)]),
    ),
  }));
  if (values.json) {
    return await print(JSON.stringify({ backend: describeBackend(backend), length, methods, gram }) + "\n");
  }
  await print(
    `${describeBackend(backend)}\n\n${methodTable(methods, sizes, length)}\n\n${gramTable(gram)}\n`,
  );
}

/** Microseconds of one step. */
function timeStep({ name, options }: NamedBalancer, tasks: number, length: number, samples: number): number {
  const balancer = createBalancer(name, options);
  const inputs = Array.from(
    { length: INPUTS },
    (_, i) => randomInput(`${tasks}/${i}`, tasks, length, balancer.needs),
  );
  let step = 0;
  const run = (times: number) => {
    const start = performance.now();
    for (let k = 0; k < times; k++, step++) {
      const input = inputs[step % INPUTS];
      if (balancer.combine) balancer.combine({ ...input, step });
      else balancer.weigh!({ ...input, step });
    }
    return performance.now() - start;
  };
  let steps = 0, spent = 0;
  while (spent < WARM_UP || steps < 3) {
    spent += run(1);
    steps++;
  }
  const repeats = Math.max(1, Math.ceil(SAMPLE * steps / spent));
  const times: number[] = [];
  for (let total = 0; times.length < samples && (total < PATIENCE || times.length < 5);) {
    const time = run(repeats);
    total += time;
    times.push(1000 * time / repeats);
  }
  return median(times);
}

/** Losses and gradients of tasks that agree in part, or their Gram matrix. */
function randomInput(seed: string, tasks: number, length: number, needs: StepTime["needs"]) {
  const random = createRandom(seed), width = needs === "gradients" ? length : 2 * tasks;
  const rows = Array.from(
    { length: tasks },
    () => Float32Array.from({ length: width }, () => random.normal() + 0.2),
  );
  const losses = Float64Array.from(rows, () => 0.1 + random.uniform());
  const inner = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, k) => sum + x * b[k], 0);
  const gram = needs === "gram"
    ? Float64Array.from(rows.flatMap((a) => rows.map((b) => inner(a, b))))
    : undefined;
  return { losses, gram, gradients: rows };
}

function methodTable(methods: readonly StepTime[], sizes: readonly number[], length: number): string {
  const rows = methods.map(({ method, needs, microseconds }) => [
    method,
    needs,
    ...sizes.map((tasks) => microseconds[tasks].toFixed(microseconds[tasks] < 100 ? 1 : 0)),
  ]);
  const table = plainTable(
    [["microseconds a step", "reads", ...sizes.map((tasks) => `${tasks} tasks`)], ...rows],
    2,
  );
  const combined = methods.some(({ needs }) => needs === "gradients");
  return table + (combined ? `\n\nGradients have ${length.toLocaleString("en-US")} elements.` : "");
}

function gramTable({ tasks, length, gramMatrix, ssyrk, read }: GramTimes): string {
  const ratio = (time: number) => `${(gramMatrix / time).toFixed(2)}`;
  const rows = [
    ["gramMatrix", gramMatrix.toFixed(2), ""],
    ...ssyrk === undefined ? [] : [["cblas_ssyrk", ssyrk.toFixed(2), ratio(ssyrk)]],
    ["reading every cache line", read.toFixed(2), ratio(read)],
  ];
  const head = `Gram matrix, ${tasks} gradients of ${length.toLocaleString("en-US")}`;
  return plainTable([[head, "ms", "gramMatrix / it"], ...rows], 1);
}
