import assert from "node:assert/strict";
import { join } from "node:path";
import {
  buildVocabulary,
  createCompExp,
  createCompExpExplainer,
  createExplanationService,
  indexStatements,
  saveCompExp,
  sourcesOf,
  tasksOfSplit,
} from "../../../lib/explain/mod.ts";
import { updateVariable, useBackend } from "../../../lib/tensor/mod.ts";
import { readExplainer, writeExplainer } from "../../../pipelines/explain/explainer_folder.ts";
import { writeJson } from "../../../pipelines/stages/compare/files.ts";
import { withTempFolder } from "../../data/fixtures.ts";
import { makeSmallWorld } from "../../explain/api/small_world.ts";

const { corpus: world, stranger: [user] } = await makeSmallWorld();
const corpus = {
  ...world,
  vocabulary: buildVocabulary(world.sentences.map(({ words }) => words), 400).words,
  validation: tasksOfSplit(world, "validation").tasks,
};
const sizes = { embedding: 12, hidden: 10, ratingWidth: 3 };
const reader = { mean: 3, weights: new Map([["great", 2], ["bad", -2]]) };
const system = { kind: "biases", shrinkage: 3 } as const;
const manifest = { method: "compexp", seed: 5, dataset: "small", madeWith: "a test" };

Deno.test("a trained model comes back from its folder and explains as it did before", async () => {
  await useBackend("wasm");
  const model = createCompExp(corpus, { ...sizes, reader, seed: 5 });
  await withTempFolder(async (folder) => {
    const [trained, guide, packed] = ["trained", "guide", "packed"].map((name) => join(folder, name));
    await saveCompExp(trained, model);
    await writeJson(guide, { mean: reader.mean, weights: [...reader.weights] });
    await Deno.mkdir(packed);
    await writeExplainer(packed, {
      ...{ manifest: { ...manifest, say: "refined" }, corpus, system },
      model: { model: trained, guide },
    });
    const stored = await readExplainer(packed);
    const answer = await createExplanationService(stored).explain(user);
    const { predict } = stored.system;
    const ratings = corpus.validation.map(({ user, item }) => stored.scale(predict(user, item)));
    const explainer = createCompExpExplainer(model, ratings, { say: "refined" });
    assert.deepEqual(await createExplanationService({ ...stored, explainer }).explain(user), answer);
    const extracted = createCompExpExplainer(model, ratings, { say: "extracted" });
    const { items } = await createExplanationService({ ...stored, explainer: extracted }).explain(user);
    const vocabulary = new Set(corpus.vocabulary);
    for (const [i, { words, explanation, source }] of answer.items.entries()) {
      assert.ok(words.length > 0 && words.every((word) => vocabulary.has(word)), words.join(" "));
      assert.match(explanation!, /^\p{Lu}?.*[.!?…]$/u);
      assert.notEqual(explanation, source!.text, "its own words");
      assert.deepEqual(items[i].source, source, "from the sentence that it would have extracted");
      assert.equal(items[i].explanation, items[i].source!.text);
    }
  });
});

Deno.test("a rewriting is said only where reviews of the item state all that it states", async () => {
  await useBackend("wasm");
  // A model that has learnt nothing and is told to rewrite at any price, where any two words state something.
  const words = corpus.vocabulary.slice(5);
  const talkative = {
    ...corpus,
    attributes: words.filter((_, i) => i % 2 === 0),
    opinions: words.filter((_, i) => i % 2 === 1),
  };
  const model = createCompExp(talkative, { ...sizes, reader, seed: 5 });
  await updateVariable(model.parameters.margin, (value) => value.fill(-1e6));
  const tasks = tasksOfSplit(corpus, "test").tasks.map((task) => ({ ...task, rating: 4 }));
  const statements = indexStatements(talkative);
  const said = await createCompExpExplainer(model, [3, 4, 5], { say: "best" }).explain(tasks);
  const free = await createCompExpExplainer(model, [3, 4, 5], { say: "best", admits: () => true }).explain(
    tasks,
  );
  const unsupported = (all: typeof said) =>
    all.filter(({ words }, i) =>
      sourcesOf(tasks[i].item, words, statements).some(({ sources }) => sources.length === 0)
    ).length;
  assert.equal(unsupported(said), 0);
  assert.ok(unsupported(free) > 0, "else this test shows nothing");
});

Deno.test("a model that is not there, is none or is of another corpus is refused", async () => {
  await useBackend("wasm");
  await withTempFolder(async (folder) => {
    const [trained, guide] = ["trained", "guide"].map((name) => join(folder, name));
    await saveCompExp(trained, createCompExp(corpus, { ...sizes, reader, seed: 5 }));
    await writeJson(guide, { mean: 3, weights: [] });
    const cases: [changes: (packed: string) => Promise<void>, message: RegExp][] = [
      [(packed) => Deno.remove(join(packed, "model", "model.safetensors")), /model\.safetensors/],
      [(packed) => Deno.writeTextFile(join(packed, "model", "model.safetensors"), "?"), /model\.safetensors/],
      [
        (packed) =>
          Deno.writeTextFile(join(packed, "corpus", "vocabulary.json"), JSON.stringify(["<pad>", "a"])),
        /Cannot load CompExp model .*; it may be of another corpus$/,
      ],
      [
        (packed) => Deno.writeTextFile(join(packed, "model", "guide.json"), "{"),
        /model\/guide\.json is no reader \(.*\), expected the folder as it was written$/,
      ],
    ];
    for (const [i, [change, message]] of cases.entries()) {
      const packed = join(folder, `packed${i}`);
      await Deno.mkdir(packed);
      await writeExplainer(packed, {
        ...{ manifest, corpus, system, model: { model: trained, guide } },
      });
      await change(packed);
      await assert.rejects(readExplainer(packed), (error: Error) => {
        assert.ok(error.message.startsWith(`Cannot read explainer ${packed}: `), error.message);
        assert.match(error.message, message);
        return true;
      });
    }
  });
});
