/** Evaluation, table and examples of comparative explanations, by themselves, on a small review world. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { makeReviewWorld } from "../../lib/data/mod.ts";
import { corpusIdfBleu, perplexity } from "../../lib/eval/mod.ts";
import { type ExtractorName, prepareReviews, readCorpus } from "../../lib/explain/mod.ts";
import { createRandom } from "../../lib/random/mod.ts";
import buildCorpus from "../../pipelines/stages/compare/build_corpus.ts";
import buildLexicon from "../../pipelines/stages/compare/build_lexicon.ts";
import comparativeTable from "../../pipelines/stages/compare/comparative_table.ts";
import evaluateExplanations, {
  type Evaluation,
} from "../../pipelines/stages/compare/evaluate_explanations.ts";
import extract from "../../pipelines/stages/compare/extract.ts";
import {
  type Explanation,
  type Explanations,
  readJson,
  writeJson,
  writePrepared,
} from "../../pipelines/stages/compare/files.ts";
import rankItems from "../../pipelines/stages/compare/rank_items.ts";
import trainReader from "../../pipelines/stages/compare/train_reader.ts";
import writeExamples from "../../pipelines/stages/compare/write_examples.ts";
import { withTempFolder } from "../data/fixtures.ts";
import { close } from "../eval/close.ts";
import { runStage } from "./run_stage.ts";

/** Everything that the stages under test read, in a folder. */
async function prepare(folder: string) {
  const at = (name: string) => join(folder, name);
  for (const name of ["reviews", "corpus"]) await Deno.mkdir(at(name));
  const { reviews, counts } = await prepareReviews(
    makeReviewWorld({ users: 100, items: 30, categories: 2 }).reviews,
  );
  await writePrepared(at("reviews"), reviews, { source: "made", counts });
  const inputs = {
    ...{ reviews: [at("reviews")], lexicon: [at("lexicon.json")], corpus: [at("corpus")] },
    ...{ rankings: [at("rankings.json")], reader: [at("reader.json")] },
  };
  const outputs = {
    ...{ "lexicon.json": at("lexicon.json"), "corpus/": at("corpus") },
    ...{ "rankings.json": at("rankings.json"), "reader.json": at("reader.json") },
  };
  await runStage(buildLexicon, { params: {}, inputs, outputs });
  await runStage(buildCorpus, {
    params: { candidates: 30, references: 10, vocabulary: 2000, taskSeed: 0 },
    ...{ inputs, outputs },
  });
  await runStage(rankItems, {
    params: { system: "biases", users: 60, items: 5, candidates: 30, references: 10, taskSeed: 0 },
    ...{ inputs, outputs },
  });
  await runStage(trainReader, { params: { penalties: [1] }, inputs, outputs });
  const extractBy = async (method: ExtractorName, seed = 1) => {
    const path = at(`${method}-${seed}.json`);
    await runStage(extract, { params: { method, seed }, inputs, outputs: { "explanations.json": path } });
    return path;
  };
  return { at, inputs, extractBy };
}

/** Explanations that a refiner might have made of extracted ones: some words of each changed, and one of nothing. */
function refined({ test, rankings }: Explanations, seed: number, keepsSentence: boolean): Explanations {
  const random = createRandom(seed);
  const change = ({ words, sentence }: Explanation): Explanation => ({
    words: words.split(" ").map((word) => random.uniform() < .1 ? "great" : word).join(" "),
    ...keepsSentence && { sentence },
  });
  return {
    test: test.map((explanation, t) => t === 0 ? { words: "" } : change(explanation)),
    rankings: rankings?.map((own) => own.map(change)) ?? null,
    ranks: null,
    perplexity: perplexity([-3 - seed / 10]),
  };
}

Deno.test("made-up outputs of trained methods are scored, tested, tabled and shown", async (t) => {
  await withTempFolder(async (folder) => {
    const { at, inputs, extractBy } = await prepare(folder);
    const centroid = await readJson<Explanations>(await extractBy("centroid"));
    const oracle = await readJson<Explanations>(await extractBy("oracle"));
    const runs: { method: string; seed: number; draws: boolean }[] = [], explanations: string[] = [];
    const add = (method: string, seed: number, draws: boolean, path: string) => {
      runs.push({ method, seed, draws });
      explanations.push(path);
    };
    for (const seed of [1, 2, 3]) add("random", seed, true, await extractBy("random", seed));
    add("centroid", 1, false, at("centroid-1.json"));
    add("oracle", 1, false, at("oracle-1.json"));
    // The best sentences with some words changed: a rival that is far better, but for its rankings.
    for (const seed of [1, 2, 3]) {
      await writeJson(
        at(`compexp-${seed}.json`),
        refined({ ...oracle, rankings: centroid.rankings }, seed, true),
      );
      add("compexp", seed, true, at(`compexp-${seed}.json`));
    }
    await writeJson(
      at("att2seq-1.json"),
      refined(await readJson(at("random-2.json")), 1, false),
    );
    add("att2seq", 1, true, at("att2seq-1.json"));

    const corpus = await readCorpus(at("corpus"));
    const evaluate = async (subject: string) => {
      const path = at(`evaluation-${subject}.json`);
      await runStage(evaluateExplanations, {
        params: { runs, subject, resamples: 200 },
        inputs: { ...inputs, explanations },
        outputs: { "evaluation.json": path },
      });
      return await readJson<Evaluation>(path);
    };
    const { records, comparison, deterministic } = await evaluate("compexp");
    const value = (method: string, seed: number, metric: string) =>
      records.find((record) => record.method === method && record.seed === seed && record.metric === metric)
        ?.value;

    await t.step("scores are those of the library, perplexity is passed on", () => {
      const targets = corpus.test.map(({ targets }) => targets.map((s) => corpus.sentences[s].words));
      const { score } = corpusIdfBleu(
        centroid.test.map(({ words }) => words.split(" ")),
        targets,
        corpus.idf,
      );
      close(value("centroid", 1, "idf-bleu-4")!, 100 * score, 1e-9);
      assert.equal(value("centroid", 1, "support"), 1, "an extraction repeats a review");
      close(value("compexp", 2, "perplexity")!, Math.exp(3.2));
      assert.equal(value("centroid", 1, "perplexity"), undefined);
      assert.equal(value("oracle", 1, "kendall-tau"), undefined, "it explains no rankings");
      assert.ok(value("compexp", 1, "idf-bleu-4")! < value("oracle", 1, "idf-bleu-4")!);
      assert.ok(value("att2seq", 1, "support")! < 1);
    });
    await t.step("the subject is compared with all, with seeds where they are known", () => {
      assert.deepEqual(deterministic, ["centroid", "oracle"]);
      assert.deepEqual(
        comparison.differences.map(({ method, metric }) => `${method} ${metric}`),
        [
          ...["random", "centroid", "oracle", "att2seq"].map((method) => `${method} idf-bleu-4`),
          ...["random", "centroid", "att2seq"].map((method) => `${method} kendall-tau`),
        ],
      );
      for (const { method, metric, difference, p, overSeeds } of comparison.differences) {
        assert.equal(overSeeds === undefined, method === "att2seq", method);
        if (metric === "idf-bleu-4" && method !== "oracle") assert.ok(difference > 0 && p < .05, method);
      }
    });
    await t.step("without runs of the subject there is no comparison", async () => {
      assert.deepEqual((await evaluate("nobody")).comparison.differences, []);
    });

    const kinds: Record<string, string> = {
      ...{ random: "extraction", centroid: "extraction", oracle: "upper bound" },
      ...{ att2seq: "generator", compexp: "CompExp" },
    };
    const table = async (subject: string, sections = true) => {
      const outputs = { "explanations.md": at("t.md"), "explanations.tex": at("t.tex") };
      await runStage(comparativeTable, {
        params: {
          methods: Object.keys(kinds).map((name) => ({
            ...{ name, label: `by ${name}`, bound: name === "oracle" },
            ...sections && { kind: kinds[name] },
          })),
          ...{ subject, preamble: ["Made up."], datasets: ["tiny"], missing: [] },
        },
        inputs: {
          ...{ evaluations: [at(`evaluation-${subject}.json`)], reviews: inputs.reviews },
          lexicon: [],
        },
        outputs: { ...outputs, "explanations.csv": at("t.csv") },
      });
      return await Deno.readTextFile(at("t.md"));
    };
    await t.step(
      "the table: rows by kind, seeds told apart, perplexity of generators, the conclusion",
      async () => {
        const markdown = await table("compexp");
        const lines = markdown.split("\n");
        const first = lines.slice(lines.findIndex((line) => line.startsWith("| Kind")) + 2).slice(0, 5);
        assert.deepEqual(
          first.map((line) => line.split("|").slice(1, 3).map((cell) => cell.trim())),
          [
            ["extraction", "by random"],
            ["", "by centroid"],
            ["upper bound", "by oracle"],
            ["generator", "by att2seq"],
            ["CompExp", "by compexp"],
          ],
        );
        const last = lines.slice(lines.findIndex((line) => line.includes("Perplexity ↓")) + 2).slice(0, 5)
          .map((line) => line.split("|").at(-2)!.trim());
        assert.deepEqual(last.slice(0, 3), ["—", "—", "—"]);
        // e^3.1; and the mean and deviation of e^3.1, e^3.2, e^3.3.
        assert.match(last[3], /22\.20/);
        assert.match(last[4], /24\.61 +± 2\.46/);
        for (
          const note of [
            "Mean ± sample standard deviation over 1 to 3 seeds; bold: best of its column, by oracle left out",
            "The same with every seed: by centroid, by oracle",
            "One seed alone, of others nothing is known: by att2seq",
            "Perplexity: of generators alone",
          ]
        ) assert.ok(lines.includes(`- ${note}`), note);
        assert.ok(lines.includes("**by compexp against every other row: tiny**"));
        assert.match(markdown, /^by compexp is significantly better than .*by random.* on .*IDF-BLEU-4/m);
        assert.match(await Deno.readTextFile(at("t.tex")), /by compexp against every other row: tiny/);
        assert.match(
          await Deno.readTextFile(at("t.csv")),
          /^dataset,kind,method,metric,.*\ntiny,extraction,by random,/,
        );
      },
    );
    await t.step("without a subject that ran, and without kinds, there are neither", async () => {
      const markdown = await table("nobody", false);
      assert.doesNotMatch(markdown, /against every other row|significantly better|\| Kind/);
      assert.match(markdown, /^\| by centroid /m);
    });

    await t.step("examples show what was refined, and the review that says the same", async () => {
      const shownOf = async (path: string) => {
        await runStage(writeExamples, {
          params: { dataset: "tiny", method: "a model", users: 4, preamble: [] },
          inputs: { ...inputs, explanations: [path] },
          outputs: { "examples.md": at("examples.md") },
        });
        return await Deno.readTextFile(at("examples.md"));
      };
      const shown = await shownOf(at("compexp-1.json"));
      assert.match(shown, /^1\. \S+, \d\.\d\d stars: "[A-Z…][^"]*[.!?…]"$/m);
      assert.match(shown, /^ {3}- refined from ".*" \(`\S+`\)$/m);
      assert.match(shown, /^ {3}- \S+: \S+, as in ".*" \(`\S+`\)$/m);
      assert.match(shown, /Sentences were written by a model/);
      const ids = new Set(corpus.sentences.map(({ id }) => id));
      const named = [...shown.matchAll(/\(`(\S+)`\)/g)].map(([, id]) => id);
      assert.ok(named.length > 10 && named.every((id) => ids.has(id)), "sources are sentences of the corpus");

      const copied = await shownOf(at("centroid-1.json"));
      assert.match(copied, /Every sentence is somebody's own/);
      assert.match(copied, /^1\. \S+, \d\.\d\d stars: ".*" \(`\S+`\)$/m);
      assert.doesNotMatch(copied, /refined from|as in/);
      await assert.rejects(() => shownOf(at("oracle-1.json")), {
        message: "Cannot show examples of a model: it explains no rankings, expected one that does",
      });
    });
  });
});
