/** `deno task reproduce`: every table, from data to results/. */
import { resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { loadPipeline, quoteArgument, runPipeline } from "../lib/pipeline/mod.ts";
import { type BackendRequest, backendRequests, inspectBackend, resolveBackend } from "../lib/tensor/mod.ts";
import { refuseUnknownOptions, wholeNumberOption } from "./command_line.ts";

const help = `Usage: deno task reproduce [options]

Runs the experiments from raw data to the tables in results/. What was computed
before is reused.

  --preset quick|full   quick: few seeds, minutes on 2 cores (default)
                        full: 3 to 5 seeds, all backbones and rows, hours
  --data DIR            folder with raw data; then EQUIPOISE_DATA and data/
  --backend NAME        ${backendRequests.join(", ")}
  --seeds N             seeds, instead of the preset's number
  -j, --jobs N          stages at a time (default: all cores)
  --overwrite           replace tables in results/ that were edited by hand
`;

/** Options that are parameters of the experiments. */
type Parameter = "preset" | "data" | "backend" | "seeds";

/** Pipeline files, the options that each takes, and what people look at first. */
const experiments: { file: string; parameters: readonly Parameter[]; results: readonly string[] }[] = [
  { file: "toy.ts", parameters: ["preset"], results: ["results/toy.md", "results/toy.svg"] },
  {
    file: "multibalance.ts",
    parameters: ["preset", "data", "backend", "seeds"],
    results: ["results/multibalance_quality.md", "results/multibalance_cost.md"],
  },
  {
    file: "compare.ts",
    parameters: ["preset", "data", "backend", "seeds"],
    results: ["results/comparative_explanations.md", "results/examples.md"],
  },
];

const options = {
  preset: { type: "string" },
  data: { type: "string" },
  backend: { type: "string" },
  seeds: { type: "string" },
  jobs: { type: "string", short: "j" },
  overwrite: { type: "boolean" },
  help: { type: "boolean", short: "h" },
} as const;

async function reproduce(args: string[]): Promise<number> {
  refuseUnknownOptions(args, options);
  const { values } = parseArgs({ args, options });
  if (values.help) {
    await print(help);
    return 0;
  }
  const settings = (parameters: readonly Parameter[]) =>
    parameters.flatMap((name) => {
      const value = name === "data" && values.data ? resolve(values.data) : values[name];
      return value === undefined ? [] : [`${name}=${value}`];
    });
  if (values.data !== undefined) await checkFolder(values.data);
  const { overwrite } = values;
  const jobs = values.jobs === undefined ? undefined : wholeNumberOption("--jobs", values.jobs, 1);
  // What finished is in the store, so that going on is the same command again.
  const resumeCommand = ["deno task reproduce", ...args.map(quoteArgument)].join(" ");
  const pathOf = (file: string) => fileURLToPath(new URL(file, import.meta.url));
  // A mistake that only the last experiment sees is told before the first one runs.
  try {
    for (const { file, parameters } of experiments) {
      await loadPipeline(pathOf(file), { settings: settings(parameters) });
    }
    await print(`Tensor backend: ${await backendInUse(values.backend)}\n`);
    for (const { file, parameters, results } of experiments) {
      const run = { settings: settings(parameters), jobs, overwrite, resumeCommand };
      const code = await runPipeline(pathOf(file), run);
      if (code !== 0) return code;
      await print(`Results: ${results.join(", ")}\n`);
    }
    return 0;
  } catch (error) {
    await printError(error as Error);
    return 1;
  }
}

/** Data sets that are not found are left out, all of them if the folder is mistyped: nobody who names one wants that. */
async function checkFolder(path: string): Promise<void> {
  const found = await Deno.stat(path).catch(() => undefined);
  if (found?.isDirectory) return;
  throw new Error(
    `Cannot read option --data: '${path}' is no folder, expected one with folders such as adult/`,
  );
}

/** The backend that a request comes to, with its library; the request itself if there is no such backend. */
async function backendInUse(request = "auto"): Promise<string> {
  const options = { blas: Deno.env.get("EQUIPOISE_BLAS") || undefined };
  if (!(backendRequests as readonly string[]).includes(request)) return request;
  const name = await resolveBackend(request as BackendRequest, options);
  return `${name}, ${(await inspectBackend(name, options)).detail}`;
}

async function printError({ message }: Error): Promise<void> {
  await Deno.stderr.write(new TextEncoder().encode(`${message}\n`));
}

async function print(text: string): Promise<void> {
  await Deno.stdout.write(new TextEncoder().encode(text));
}

try {
  Deno.exitCode = await reproduce(Deno.args);
} catch (error) {
  await printError(error as Error);
  Deno.exitCode = 2;
}
