/** The rows of the table of comparative explanations, and what the presets spend on them. */
import assert from "node:assert/strict";
import * as v from "valibot";
import { extractorNames, generatorNames, paperSizes, paperTraining } from "../../lib/explain/mod.ts";
import { explainers } from "../../pipelines/compare/explainers.ts";
import { guidanceOf, presetNames, presets } from "../../pipelines/compare/presets.ts";
import { compexpTrainings, type Row, type RowName, rows } from "../../pipelines/compare/rows.ts";
import buildCorpus from "../../pipelines/stages/compare/build_corpus.ts";
import { BASELINE } from "../../pipelines/stages/compare/names.ts";
import rankItems from "../../pipelines/stages/compare/rank_items.ts";
import trainCompExp from "../../pipelines/stages/compare/train_compexp.ts";
import trainReader from "../../pipelines/stages/compare/train_reader.ts";

const all: readonly Row[] = rows;
const corpus = buildCorpus({ inputs: { reviews: [], lexicon: [] } }).outputs["corpus/"];
const inputs = {
  corpus,
  rankings: rankItems({ inputs: { corpus, recommender: [] } }).outputs["rankings.json"],
  guide: trainReader({ params: { role: "guide" }, inputs: { corpus } }).outputs["reader.json"],
};
const explainBy = (preset: typeof presetNames[number], dataset = "made") =>
  explainers({ dataset, preset: presets[preset], backend: "wasm", inputs });
const rowOf = (name: RowName) => all.find((row) => row.name === name)!;

Deno.test("every row has a name and a label of its own; rows of a kind stand together", () => {
  for (const member of ["name", "label"] as const) {
    assert.equal(new Set(all.map((row) => row[member])).size, all.length, member);
  }
  const kinds = all.map(({ kind }) => kind);
  const changes = kinds.filter((kind, i) => kind !== kinds[i - 1]);
  assert.equal(new Set(changes).size, changes.length, `${changes}`);
  assert.ok(all.some(({ name }) => name === BASELINE));
});

Deno.test("every rule, every generator and every training of CompExp has a row", () => {
  const named = (by: Row["source"]["by"]) =>
    all.filter(({ source }) => source.by === by).map(({ name }) => name);
  assert.deepEqual(named("rule").sort(), [...extractorNames].sort());
  assert.deepEqual(named("generator").sort(), [...generatorNames].sort());
  const used = new Set(all.flatMap(({ source }) => source.by === "compexp" ? [source.training] : []));
  assert.deepEqual([...used].sort(), Object.keys(compexpTrainings).sort());
});

Deno.test("what draws or trains runs with every seed; what looks at the answer is a bound", () => {
  for (const { name, source, draws, bound } of all) {
    assert.equal(draws, source.by !== "rule" || name === "random", name);
    assert.equal(bound, name === "oracle" || source.by === "compexp" && source.rating === "true", name);
  }
});

/** What a training is told beside what all of a preset are told. */
const trainings: [name: RowName, sizes: object, training: object, policies: number][] = [
  ["compexp", { evidence: true }, { reward: "idf-bleu", extraction: "expected-reward", weights: [50, 1] }, 2],
  ["compexp-unguided", { evidence: true }, { reward: "idf-bleu", guidance: 0 }, 2],
  ["compexp-bleu", { evidence: true }, { reward: "bleu" }, 2],
  ["compexp-nll", { evidence: true }, { extraction: "nll", weights: [1, 1], guidance: 0 }, 0],
  ["compexp-paper", { evidence: false }, { reward: "idf-bleu", guidance: 0 }, 2],
];
for (const preset of presetNames) {
  Deno.test(`preset ${preset}: every row with every seed is a stage whose parameters fit`, () => {
    const explain = explainBy(preset), { compexp, without, generators } = presets[preset];
    const models = new Map<string, Set<string>>(), stages = new Set<string>();
    for (const row of all) {
      for (const seed of [1, 2]) {
        const { explanations, model } = explain(row, seed);
        assert.ok(!stages.has(explanations.instance.id), explanations.instance.id);
        stages.add(explanations.instance.id);
        assert.equal(explanations.output, "explanations.json");
        assert.equal(model !== undefined, row.source.by === "compexp");
        if (row.source.by !== "compexp") continue;
        const key = `${row.source.training} ${seed}`;
        models.getOrInsertComputed(key, () => new Set()).add(model!.instance.id);
        assert.equal(model!.instance.params.seed, seed);
        const { say, prototype, rating } = explanations.instance.params;
        const { say: said, prototype: from = "model", rating: argued = "system" } = row.source;
        assert.deepEqual([say, prototype, rating], [said, from, argued]);
        assert.deepEqual(explanations.instance.inputs.model, model);
      }
    }
    const ids = [...models.values()].map((own) => [...own]);
    assert.ok(ids.every(({ length }) => length === 1), "rows of one training share its stage");
    assert.equal(new Set(ids.flat()).size, 2 * Object.keys(compexpTrainings).length);
    assert.ok(without.every((name) => rowOf(name) !== undefined && name !== BASELINE));
    assert.deepEqual(Object.keys(generators).sort(), [...generatorNames].sort());

    for (const [name, sizes, training, policies] of trainings) {
      const params = v.parse(trainCompExp.definition.params, explain(rowOf(name), 3).model!.instance.params);
      assert.deepEqual(params.sizes, { ...paperSizes, ...compexp.sizes, ...sizes }, name);
      assert.deepEqual({ ...params.training, ...training }, params.training, name);
      assert.equal(params.training.policy.length, policies);
      assert.deepEqual(params.training.pretrain, compexp.training.pretrain);
      params.training.policy.forEach(({ weights, penalties, orders }, i) =>
        assert.deepEqual({ weights, penalties, orders }, {
          ...{ weights: paperTraining.policy[i].weights, orders: paperTraining.policy[i].orders },
          penalties: paperTraining.policy[i].penalties,
        })
      );
      const { samples, rewrites, keep, weightDecay, patience } = paperTraining;
      assert.deepEqual(
        { ...params.training, samples, rewrites, keep, weightDecay, patience },
        params.training,
      );
    }
  });
}

Deno.test("the guide weighs what suits the data set, and nothing where it is left out", () => {
  for (const dataset of ["synthetic-reviews", "amazon-musical-instruments"]) {
    const explain = explainBy("quick", dataset);
    for (const { name, source } of all) {
      if (source.by !== "compexp") continue;
      const { training } = v.parse(
        trainCompExp.definition.params,
        explain(rowOf(name as RowName), 1).model!.instance.params,
      );
      const guided = source.training === "whole" || source.training === "bleu";
      assert.equal(training.guidance, guided ? guidanceOf(dataset) : 0, name);
    }
  }
  assert.ok(guidanceOf("synthetic-reviews") > 0 && guidanceOf("amazon-musical-instruments") > 0);
});

Deno.test("the paper's preset has its sizes and phases", () => {
  const { sizes, training } = v.parse(
    trainCompExp.definition.params,
    explainBy("paper")(rowOf("compexp-paper"), 1).model!.instance.params,
  );
  assert.deepEqual(sizes, { ...paperSizes, evidence: false });
  assert.deepEqual(
    { ...training, seed: undefined },
    { ...structuredClone(paperTraining) as object, seed: undefined },
  );
});
