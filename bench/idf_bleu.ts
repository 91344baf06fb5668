import { ExtractionRecallOfIds, IdfBleuOfIds, IdfBleuScorer, plainTable } from "../lib/eval/mod.ts";
import { createRandom } from "../lib/random/mod.ts";
import { median } from "./median.ts";
import { count, parseOptions, print } from "./options.ts";

const help = `Usage: deno task bench idf-bleu [options]

Times the rewards of comparative explanations: IDF-BLEU of a generated sentence
against one reference, and extraction recall, on made sentences (Zipf's law, 6 to 18
words; a hypothesis is its reference with half of the words changed). Prints scores a
second; the goal is 200,000.

  --pairs 5000          different pairs of sentences
  --rounds 5            the median of so many is taken; each scores all pairs ten times
  --seed 1              seed of the sentences
  --json                print one JSON object
`;

export const idfBleuBenchmark = {
  summary: "the rewards of comparative explanations, by words and by word numbers",
  run: runIdfBleu,
};

const vocabulary = 10_000, repeats = 10;

async function runIdfBleu(args: string[]): Promise<void> {
  const values = parseOptions(args, { pairs: "5000", rounds: "5", seed: "1" });
  if (values.help) return print(help);
  const pairs = count("idf-bleu", "pairs", values.pairs), rounds = count("idf-bleu", "rounds", values.rounds);
  const { hypotheses, references, idf } = makePairs(pairs, count("idf-bleu", "seed", values.seed));
  const wordOf = (id: number) => `w${id}`;
  const texts = (ids: readonly Int32Array[]) => ids.map((own) => Array.from(own, wordOf));
  const h = texts(hypotheses), r = texts(references);
  const idfOfWords = new Map(Array.from(idf, (value, id) => [wordOf(id), value]));

  const work: [name: string, score: (i: number) => number][] = [2, 4].flatMap((maxOrder) => {
    const words = new IdfBleuScorer(idfOfWords, { maxOrder }), ids = new IdfBleuOfIds(idf, { maxOrder });
    return [
      [`IDF-BLEU-${maxOrder} of words`, (i) => words.score(h[i], [r[i]])],
      [`IDF-BLEU-${maxOrder} of numbers`, (i) => ids.score(hypotheses[i], [references[i]])],
    ] satisfies [string, (i: number) => number][];
  });
  const recall = new ExtractionRecallOfIds(idf);
  work.push(["extraction recall of numbers", (i) => {
    return recall.score(hypotheses[i], references[(i + 1) % pairs], [references[i]]);
  }]);
  const timings = work.map(([name, score]) => ({ work: name, perSecond: throughput(pairs, rounds, score) }));
  if (values.json) return print(JSON.stringify({ timings }) + "\n");
  const rows = timings.map(({ work, perSecond }) => [work, Math.round(perSecond).toLocaleString("en-US")]);
  await print(`${plainTable([["work", "scores a second"], ...rows], 1)}\n`);
}

/** Median over rounds; one before them warms up. */
function throughput(pairs: number, rounds: number, score: (i: number) => number): number {
  const round = () => {
    const start = performance.now();
    for (let k = 0; k < repeats; k++) for (let i = 0; i < pairs; i++) score(i);
    return 1000 * repeats * pairs / (performance.now() - start);
  };
  round();
  return median(Array.from({ length: rounds }, round));
}

function makePairs(pairs: number, seed: number) {
  const random = createRandom(seed);
  // Zipf's law: the chance of the word of rank r is near 1/r.
  const word = () => Math.floor(vocabulary ** random.uniform()) - 1;
  const references = Array.from({ length: pairs }, () => {
    return Int32Array.from({ length: 6 + random.integer(13) }, word);
  });
  const hypotheses = references.map((reference) =>
    reference.map((own) => random.uniform() < 1 / 2 ? word() : own)
  );
  return {
    references,
    hypotheses,
    idf: Float64Array.from({ length: vocabulary }, (_, id) => 1 + Math.log10(1 + id)),
  };
}
