import process from "node:process";
import { fileURLToPath } from "node:url";
import { backendRequests, describeBackend } from "../lib/tensor/mod.ts";
import { plainTable } from "../lib/eval/mod.ts";
import { median } from "./median.ts";
import { backendOf, count, parseOptions, print } from "./options.ts";
import { type Milliseconds, PeerInTurns } from "./peer_in_turns.ts";
import { bareProducts, createRefiner } from "./refiner_model.ts";

const defaults = {
  batch: "256",
  tokens: "25",
  embedding: "300",
  hidden: "300",
  vocabulary: "20000",
  steps: "7",
  seed: "1",
  backend: "auto",
  python: "",
};

const help = `Usage: deno task bench refiner [options]

Times training steps of a sentence model (word embeddings, GRU, cross-entropy
over the vocabulary, clipped gradients, Adam), the bare matrix products of a
step, the same step in PyTorch, and greedy decoding. They take turns. On a busy
machine the processors' time is steadier than the clock.

  --batch ${defaults.batch}            sentences in a step, and decoded together
  --tokens ${defaults.tokens}            words of a sentence
  --embedding ${defaults.embedding}        width of a word embedding
  --hidden ${defaults.hidden}           width of the GRU
  --vocabulary ${defaults.vocabulary}     words
  --steps ${defaults.steps}              timed steps of each
  --threads N            threads, ours and PyTorch's (default: all cores)
  --backend ${defaults.backend}         ${backendRequests.join(", ")}
  --python PATH          interpreter that has PyTorch (Debian: python3-torch);
                         default: python3, then /usr/bin/python3
  --seed ${defaults.seed}               seed of data and weights
  --json                 print one JSON object
`;

export const refinerBenchmark = {
  summary: "training steps and decoding of a sentence model, beside PyTorch",
  run: runRefiner,
};

async function runRefiner(args: string[]): Promise<void> {
  const values = parseOptions(args, defaults, ["threads"]);
  if (values.help) return print(help);
  const number = (name: "batch" | "tokens" | "embedding" | "hidden" | "vocabulary" | "steps" | "seed") =>
    count("refiner", name, values[name]);
  const sizes = {
    batch: number("batch"),
    tokens: number("tokens"),
    embedding: number("embedding"),
    hidden: number("hidden"),
    vocabulary: number("vocabulary"),
    seed: number("seed"),
  };
  const steps = number("steps"), backend = await backendOf("refiner", values);
  const peer = await startPeer(values.python, sizes, backend.threads);
  const refiner = createRefiner(sizes), multiply = bareProducts(sizes);
  const work: Record<string, () => Promise<Milliseconds>> = {
    "training step": () => timed(refiner.train),
    "its matrix products alone": () => timed(multiply),
    ...peer && {
      "PyTorch, sparse embedding gradients": () => peer.turn("sparse"),
      "PyTorch, dense embedding gradients": () => peer.turn("dense"),
    },
    "greedy decoding of a batch": () => timed(refiner.decode),
  };
  const times = Object.fromEntries(Object.keys(work).map((name): [string, Milliseconds[]] => [name, []]));
  for (let step = -1; step < steps; step++) {
    for (const [name, run] of Object.entries(work)) {
      const time = await run();
      // The first round warms up.
      if (step >= 0) times[name].push(time);
    }
  }
  await peer?.close();

  const sentences = ({ clock, processors }: Milliseconds) =>
    [clock, processors].map((ms) => Math.round(1000 * sizes.batch / ms));
  const decoded = sentences(medians(times["greedy decoding of a batch"]));
  if (values.json) {
    const { name, threads } = backend;
    return print(JSON.stringify({ backend: name, threads, peer: peer?.name, times, decoded }) + "\n");
  }
  await print(
    `${describeBackend(backend)}; ${peer?.name ?? "no PyTorch was found"}\n\n${timesTable(times)}\n\n` +
      `decoded sentences a second: ${decoded[0]} by the clock, ${decoded[1]} by the processors' time\n`,
  );
}

/** Medians, and the median over the rounds of the training step's time divided by each other's. */
function timesTable(times: Readonly<Record<string, readonly Milliseconds[]>>): string {
  const ours = times["training step"];
  const rows = Object.entries(times).map(([name, theirs]) => {
    const middle = medians(theirs), best = Math.min(...theirs.map(({ clock }) => clock));
    const ratio = (of: keyof Milliseconds) =>
      name.startsWith("greedy") ? "" : median(theirs.map((time, i) => ours[i][of] / time[of])).toFixed(2);
    return [
      ...[name, middle.clock.toFixed(0), best.toFixed(0), ratio("clock")],
      ...[middle.processors.toFixed(0), ratio("processors")],
    ];
  });
  const head = ["", "clock, ms", "best", "step / it", "processors, ms", "step / it"];
  return plainTable([head, ...rows], 1);
}

function medians(times: readonly Milliseconds[]): Milliseconds {
  const of = (key: keyof Milliseconds) => median(times.map((time) => time[key]));
  return { clock: of("clock"), processors: of("processors") };
}

/** PyTorch with the same threads, if there is one. */
async function startPeer(
  python: string,
  sizes: Readonly<Record<string, number>>,
  threads: number,
): Promise<PeerInTurns | undefined> {
  const script = fileURLToPath(new URL("peers/refiner.py", import.meta.url));
  const args = Object.entries({ ...sizes, threads }).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  const env = { OPENBLAS_NUM_THREADS: `${threads}`, OMP_NUM_THREADS: `${threads}` };
  for (const interpreter of python ? [python] : ["python3", "/usr/bin/python3"]) {
    const peer = await PeerInTurns.start(interpreter, script, args, env);
    if (peer) return peer;
  }
  return undefined;
}

async function timed(work: () => unknown): Promise<Milliseconds> {
  const start = performance.now(), before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { clock: performance.now() - start, processors: (user + system) / 1000 };
}
