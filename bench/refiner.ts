import { fileURLToPath } from "node:url";
import { backendRequests, describeBackend } from "../lib/tensor/mod.ts";
import { plainTable } from "../lib/eval/mod.ts";
import { median } from "./median.ts";
import { backendOf, count, parseOptions, print } from "./options.ts";
import { PeerInTurns } from "./peer_in_turns.ts";
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
step, the same step in PyTorch, and greedy decoding. They take turns.

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
  const values = parseOptions(args, defaults);
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
  const work: Record<string, () => number | Promise<number>> = {
    "training step": () => milliseconds(refiner.train),
    "its matrix products alone": () => milliseconds(multiply),
    ...peer && {
      "PyTorch, sparse embedding gradients": () => peer.turn("sparse"),
      "PyTorch, dense embedding gradients": () => peer.turn("dense"),
    },
    "greedy decoding of a batch": () => milliseconds(refiner.decode),
  };
  const times = Object.fromEntries(Object.keys(work).map((name): [string, number[]] => [name, []]));
  for (let step = -1; step < steps; step++) {
    for (const [name, run] of Object.entries(work)) {
      const time = await run();
      // The first round warms up.
      if (step >= 0) times[name].push(time);
    }
  }
  await peer?.close();

  const ours = times["training step"], decoding = times["greedy decoding of a batch"];
  const medians = Object.entries(times).map(([name, values]) => ({
    name,
    ms: median(values),
    best: Math.min(...values),
    ratio: name === "greedy decoding of a batch"
      ? undefined
      : median(values.map((time, i) => ours[i] / time)),
  }));
  const sentences = 1000 * sizes.batch / median(decoding);
  if (values.json) {
    const { name, threads } = backend;
    return print(JSON.stringify({ backend: name, threads, peer: peer?.name, times, sentences }) + "\n");
  }
  const rows = medians.map(({ name, ms, best, ratio }) => [
    ...[name, ms.toFixed(0), best.toFixed(0), ratio?.toFixed(2) ?? ""],
  ]);
  await print(
    `${describeBackend(backend)}; ${peer?.name ?? "no PyTorch was found"}\n\n` +
      `${plainTable([["work", "median ms", "best ms", "step / it"], ...rows], 1)}\n\n` +
      `${Math.round(sentences)} decoded sentences a second\n`,
  );
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

async function milliseconds(work: () => unknown): Promise<number> {
  const start = performance.now();
  await work();
  return performance.now() - start;
}
