import { join } from "node:path";
import { fileURLToPath } from "node:url";
import {
  bleuMetric,
  bootstrapInterval,
  collectStatistics,
  corpusBleu,
  plainTable,
  selfBleu,
} from "../lib/eval/mod.ts";
import { createRandom } from "../lib/random/mod.ts";
import { median } from "./median.ts";
import { count, parseOptions, print } from "./options.ts";

const help = `Usage: deno task bench text-metrics [options]

Times metrics of text on made sentences (Zipf's law, 8 to 30 words; a reference is
its hypothesis with a third of the words changed), beside the same work in NLTK.

  --pairs 5000,100000   numbers of sentence pairs for corpus BLEU
  --outputs 3000        outputs for self-BLEU, and lines for the bootstrap
  --rounds 5            the median of so many is taken
  --python PATH         interpreter that has NLTK (Debian: python3-nltk);
                        default: python3, then /usr/bin/python3
  --seed 1              seed of the sentences
  --json                print one JSON object
`;

export const textMetricsBenchmark = {
  summary: "corpus BLEU, self-BLEU and the bootstrap, beside NLTK",
  run: runTextMetrics,
};

interface Timing {
  readonly work: string;
  /** Seconds. */
  readonly ours: number;
  /** Seconds; absent where there is no NLTK. */
  readonly nltk?: number;
}

async function runTextMetrics(args: string[]): Promise<void> {
  const values = parseOptions(args, { pairs: "5000,100000", outputs: "3000", rounds: "5", seed: "1" }, [
    "python",
  ]);
  if (values.help) return print(help);
  const outputs = count("text-metrics", "outputs", values.outputs),
    rounds = count("text-metrics", "rounds", values.rounds);
  const timings: Timing[] = [];
  const pythons = values.python === undefined ? ["python3", "/usr/bin/python3"] : [values.python];
  let peer: Peer | string = "";
  for (const pairs of values.pairs.split(",").map((text) => count("text-metrics", "pairs", text))) {
    const { hypotheses, references } = makePairs(
      Math.max(pairs, outputs),
      count("text-metrics", "seed", values.seed),
    );
    const h = hypotheses.slice(0, pairs), r = references.slice(0, pairs);
    const lists = r.map((reference) => [reference]);
    for (const python of pythons) {
      peer = await runPeer(python, h, r, hypotheses.slice(0, outputs));
      if (typeof peer !== "string") break;
    }
    const nltk = typeof peer === "string" ? undefined : peer;
    const score = corpusBleu(h, lists, { dialect: "nltk" }).score;
    if (nltk && Math.abs(nltk.score - score) > 1e-9) {
      throw new Error(
        `Cannot compare with NLTK: its corpus BLEU is ${nltk.score}, expected ${score} as here`,
      );
    }
    timings.push({
      work: `corpus BLEU, ${pairs.toLocaleString("en-US")} pairs`,
      ours: medianTime(rounds, () => corpusBleu(h, lists, { dialect: "nltk" })),
      nltk: nltk?.corpusBleu,
    });
    if (timings.length > 1) continue;
    const some = hypotheses.slice(0, outputs), theirs = references.slice(0, outputs).map((line) => [line]);
    timings.push(
      {
        work: `self-BLEU, ${outputs.toLocaleString("en-US")} outputs`,
        ours: medianTime(rounds, () => selfBleu(some, { dialect: "nltk", smoothing: "method1" })),
        nltk: nltk?.selfBleu,
      },
      {
        work: `bootstrap of BLEU, 1,000 resamples of ${outputs.toLocaleString("en-US")} lines`,
        ours: medianTime(rounds, () => {
          const bleu = bleuMetric({ dialect: "nltk" });
          const statistics = collectStatistics(bleu, some, theirs);
          return bootstrapInterval({ ...bleu, statistics, resamples: 1000 });
        }),
        nltk: nltk?.bootstrap,
      },
    );
  }
  if (values.json) {
    return print(JSON.stringify({ peer: typeof peer === "string" ? null : peer.version, timings }) + "\n");
  }
  const rows = timings.map(({ work, ours, nltk }) => [
    work,
    seconds(ours),
    ...nltk === undefined ? ["-", "-"] : [seconds(nltk), `${Math.round(nltk / ours)}x`],
  ]);
  await print(
    `${plainTable([["work", "here (s)", "NLTK (s)", "ratio"], ...rows], 1)}\n\n` +
      (typeof peer === "string"
        ? `${peer}\n`
        : `${peer.version}; its self-BLEU and bootstrap are scaled up\n`),
  );
}

interface Peer {
  readonly version: string;
  readonly score: number;
  readonly corpusBleu: number;
  readonly selfBleu: number;
  readonly bootstrap: number;
}

/** The same work in NLTK, or why it could not be done. */
async function runPeer(python: string, ...files: string[][]): Promise<Peer | string> {
  const folder = await Deno.makeTempDir();
  try {
    const paths = await Promise.all(files.map(async (lines, i) => {
      const path = join(folder, `${i}.txt`);
      await Deno.writeTextFile(path, lines.join("\n") + "\n");
      return path;
    }));
    const script = fileURLToPath(new URL("peers/text_metrics.py", import.meta.url));
    const { success, stdout, stderr } = await new Deno.Command(python, { args: [script, ...paths] }).output();
    if (!success) {
      const reason = new TextDecoder().decode(stderr).trim().split("\n").at(-1);
      return `Without NLTK: ${python} says "${reason}"; on Debian: apt-get install python3-nltk`;
    }
    const { nltk, python: version, ...times } = JSON.parse(new TextDecoder().decode(stdout));
    return { version: `NLTK ${nltk}, Python ${version}`, ...times };
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    return `Without NLTK: there is no '${python}', expected the interpreter that --python names`;
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

function makePairs(pairs: number, seed: number): { hypotheses: string[]; references: string[] } {
  const random = createRandom(seed), words = 20_000;
  // Zipf's law: the chance of the word of rank r is near 1/r.
  const word = () => `w${Math.floor(words ** random.uniform())}`;
  const hypotheses: string[] = [], references: string[] = [];
  for (let i = 0; i < pairs; i++) {
    const sentence = Array.from({ length: 8 + random.integer(23) }, word);
    hypotheses.push(sentence.join(" "));
    references.push(sentence.map((own) => random.uniform() < 1 / 3 ? word() : own).join(" "));
  }
  return { hypotheses, references };
}

/** Median seconds of some rounds; one before them warms up. */
function medianTime(rounds: number, work: () => unknown): number {
  work();
  return median(Array.from({ length: rounds }, () => {
    const start = performance.now();
    work();
    return (performance.now() - start) / 1000;
  }));
}

const seconds = (value: number) => value.toFixed(value < 10 ? 3 : 0);
