/** `deno task doctor`: what this machine has for Equipoise, what it lacks, and what to install. */
import { createHash } from "node:crypto";
import { parseArgs, styleText } from "node:util";
import { loadCardOfKind, locateDataset } from "../lib/data/mod.ts";
import { type BackendReport, describeBackend, inspectBackends, useBackend } from "../lib/tensor/mod.ts";
import { wrapText } from "../lib/text/mod.ts";
import { refuseUnknownOptions } from "./command_line.ts";

const help = `Usage: deno task doctor [--data DIR] [--json]

Says which tensor backends are there and why the others are not, which one is
used by default, how fast files are hashed, and which data sets are found.
`;

const blas = Deno.env.get("EQUIPOISE_BLAS") || undefined;
// Without it, Vulkan's loader prints a line for each adapter.
if (Deno.build.os === "linux" && !Deno.env.has("XDG_RUNTIME_DIR")) Deno.env.set("XDG_RUNTIME_DIR", "/tmp");

/** What the pipelines look for, and the kind of its card. */
const datasets = [
  ["census-income-kdd", "tabular"],
  ["adult", "tabular"],
  ["amazon-musical-instruments", "reviews"],
  ["hu-liu-product-reviews", "corpus"],
] as const;

interface Diagnosis {
  deno: string;
  system: string;
  cores: number;
  backends: BackendReport[];
  default: string;
  hashMegabytesPerSecond: number;
  datasets: { name: string; found: boolean; detail: string }[];
}

async function diagnose(dataDir?: string): Promise<Diagnosis> {
  const backends = await inspectBackends({ blas });
  return {
    deno: Deno.version.deno,
    system: `${Deno.build.os} ${Deno.build.arch}`,
    cores: navigator.hardwareConcurrency,
    backends,
    default: await defaultBackend(),
    hashMegabytesPerSecond: hashRate(),
    datasets: await Promise.all(datasets.map(async ([name, kind]) => {
      const location = await locateDataset(await loadCardOfKind(name, kind), {
        dataDir,
        environment: Deno.env.get("EQUIPOISE_DATA"),
      });
      return {
        name,
        found: location.found,
        detail: location.found ? location.paths.join(", ") : location.reason,
      };
    })),
  };
}

async function defaultBackend(): Promise<string> {
  try {
    return describeBackend(await useBackend("auto", { blas }));
  } catch (error) {
    return `none: ${(error as Error).message}`;
  }
}

/** SHA-256 of 256 MB, as the pipeline engine hashes artifacts. */
function hashRate(): number {
  const chunk = new Uint8Array(1 << 20), hash = createHash("sha256"), start = performance.now();
  const megabytes = 256;
  for (let i = 0; i < megabytes; i++) hash.update(chunk);
  hash.digest();
  return Math.round(megabytes * 1.048576 / ((performance.now() - start) / 1000));
}

function format(diagnosis: Diagnosis): string {
  const entry = (good: boolean, name: string, width: number, detail: string) => {
    const mark = good ? styleText("green", "yes") : styleText("yellow", " no");
    const indent = " ".repeat(7 + width);
    return `  ${mark}  ${name.padEnd(width)}${wrapText(detail, 100 - indent.length).join(`\n${indent}`)}`;
  };
  const backends = diagnosis.backends.map(({ name, available, detail, install }) =>
    entry(available, name, 12, available || !install ? detail : `${detail}; to have it: ${install}`)
  );
  const datasets = diagnosis.datasets.map(({ name, found, detail }) => entry(found, name, 28, detail));
  return [
    `Deno ${diagnosis.deno}, ${diagnosis.system}, ${diagnosis.cores} cores`,
    "",
    "Tensor backends, best first",
    ...backends,
    `  used by default: ${diagnosis.default}`,
    "",
    "Data sets (one that is not found is left out; the synthetic worlds are always there)",
    ...datasets,
    "",
    `Hashing: ${diagnosis.hashMegabytesPerSecond} MB/s`,
    "",
  ].join("\n");
}

const options = {
  data: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", short: "h", default: false },
} as const;

async function doctor(args: string[]): Promise<string> {
  refuseUnknownOptions(args, options);
  const { values } = parseArgs({ args, options });
  if (values.help) return help;
  const diagnosis = await diagnose(values.data);
  return values.json ? JSON.stringify(diagnosis, null, 2) + "\n" : format(diagnosis);
}

try {
  await Deno.stdout.write(new TextEncoder().encode(await doctor(Deno.args)));
} catch (error) {
  await Deno.stderr.write(new TextEncoder().encode(`${(error as Error).message}\n`));
  Deno.exitCode = 2;
}
