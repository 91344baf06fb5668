/** `deno task bench`: benchmarks, each printing medians and, with --json, one JSON object. */
import { balancersBenchmark } from "./balancers.ts";
import { refinerBenchmark } from "./refiner.ts";
import { idfBleuBenchmark } from "./idf_bleu.ts";
import { engineBenchmark } from "./engine.ts";
import { textMetricsBenchmark } from "./text_metrics.ts";
import { trainStepBenchmark } from "./train_step.ts";

interface Benchmark {
  readonly summary: string;
  run(args: string[]): Promise<void>;
}

const benchmarks: Record<string, Benchmark> = {
  "balancers": balancersBenchmark,
  "engine": engineBenchmark,
  "train-step": trainStepBenchmark,
  "refiner": refinerBenchmark,
  "text-metrics": textMetricsBenchmark,
  "idf-bleu": idfBleuBenchmark,
};

const help = `Usage: deno task bench <benchmark> [options]

${Object.entries(benchmarks).map(([name, { summary }]) => `  ${name.padEnd(14)}${summary}`).join("\n")}

Each benchmark explains its options with --help.
Without a name all of them run with their defaults.
`;

const [name, ...args] = Deno.args;
try {
  if (name === "--help" || name === "-h") {
    await Deno.stdout.write(new TextEncoder().encode(help));
  } else if (name === undefined || name.startsWith("-")) {
    for (const benchmark of Object.values(benchmarks)) await benchmark.run(Deno.args);
  } else if (Object.hasOwn(benchmarks, name)) {
    await benchmarks[name].run(args);
  } else {
    throw new Error(
      `Cannot run benchmark '${name}': it is unknown, expected ${Object.keys(benchmarks).join(", ")}`,
    );
  }
} catch (error) {
  await Deno.stderr.write(new TextEncoder().encode(`${(error as Error).message}\n`));
  Deno.exit(1);
}
