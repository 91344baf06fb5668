import assert from "node:assert/strict";
import { join } from "node:path";
import {
  buildVocabulary,
  createCompExpExplainer,
  createExplanationService,
  readExplainer,
  tasksOfSplit,
  writeExplainer,
} from "../../../lib/explain/mod.ts";
import { createCompExp } from "../../../lib/explain/compexp/model.ts";
import { saveCompExp } from "../../../lib/explain/compexp/store.ts";
import { useBackend } from "../../../lib/tensor/mod.ts";
import { withTempFolder } from "../../data/fixtures.ts";
import { makeSmallWorld } from "./small_world.ts";

const { corpus: world, stranger: [user] } = await makeSmallWorld();
const corpus = {
  ...world,
  vocabulary: buildVocabulary(world.sentences.map(({ words }) => words), 400).words,
  validation: tasksOfSplit(world, "validation").tasks,
};
const sizes = { embedding: 12, hidden: 10, ratingWidth: 3 };
const guide = { mean: 3, weights: new Map([["great", 2], ["bad", -2]]) };
const manifest = { method: "compexp", seed: 5, dataset: "small", madeWith: "a test" };

Deno.test("a trained model comes back from its folder and explains as it did before", async () => {
  await useBackend("wasm");
  const model = createCompExp(corpus, { ...sizes, reader: guide, seed: 5 });
  await withTempFolder(async (folder) => {
    const path = join(folder, "trained.safetensors"), packed = join(folder, "packed");
    await saveCompExp(path, model);
    await Deno.mkdir(packed);
    await writeExplainer(packed, {
      ...{ manifest: { ...manifest, say: "refined" }, corpus },
      ...{ system: { kind: "rating-biases", shrinkage: 3 }, model: { path, guide } },
    });
    const stored = await readExplainer(packed);
    const answer = await createExplanationService(stored).explain(user);
    const explainer = createCompExpExplainer(model, stored.system, { say: "refined" });
    assert.deepEqual(await createExplanationService({ ...stored, explainer }).explain(user), answer);
    const extracted = createCompExpExplainer(model, stored.system, { say: "extracted" });
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

Deno.test("a model that is not there, is none or is of another corpus is refused", async () => {
  await useBackend("wasm");
  await withTempFolder(async (folder) => {
    const path = join(folder, "trained.safetensors");
    await saveCompExp(path, createCompExp(corpus, { ...sizes, seed: 5 }));
    const cases: [changes: (packed: string) => Promise<void>, message: RegExp][] = [
      [(packed) => Deno.remove(join(packed, "model", "model.safetensors")), /model\.safetensors/],
      [(packed) => Deno.writeTextFile(join(packed, "model", "model.safetensors"), "?"), /model\.safetensors/],
      [
        (packed) =>
          Deno.writeTextFile(join(packed, "corpus", "vocabulary.json"), JSON.stringify(["<pad>", "a"])),
        /Cannot load CompExp model .*; it may be of another corpus$/,
      ],
      [
        (packed) => Deno.writeTextFile(join(packed, "model", "guide.json"), `{"mean": "3"}`),
        /mean is "3", expected number/,
      ],
    ];
    for (const [i, [change, message]] of cases.entries()) {
      const packed = join(folder, `packed${i}`);
      await Deno.mkdir(packed);
      await writeExplainer(packed, {
        ...{ manifest, corpus, system: { kind: "rating-biases", shrinkage: 3 }, model: { path } },
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
