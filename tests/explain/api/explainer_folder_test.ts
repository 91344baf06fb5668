import assert from "node:assert/strict";
import { join } from "node:path";
import { createExplanationService, readExplainer, writeExplainer } from "../../../lib/explain/mod.ts";
import { withTempFolder } from "../../data/fixtures.ts";
import { shop } from "./shop.ts";

const parts = {
  manifest: { method: "centroid", seed: 1, dataset: "shop", madeWith: "a test" },
  corpus: shop,
  system: { kind: "rating-biases", shrinkage: 1 },
} as const;

Deno.test("an explainer comes back from its folder with its system, and answers the same again", async () => {
  await withTempFolder(async (folder) => {
    await writeExplainer(folder, parts);
    const stored = await readExplainer(folder);
    assert.deepEqual(stored.manifest, { format: 1, ...parts.manifest });
    assert.deepEqual(stored.corpus, shop);
    // Biases shrunk by 1: the mean is 3.625; the cello's -1.25 / 3; Ben's from .375 and .375 less the items' biases.
    const cello = -1.25 / 3, alto = -1.25 / 3, ben = (0.375 - cello + 0.375 - alto) / 3;
    assert.ok(Math.abs(stored.system.predict("ben", "cello") - (3.625 + cello + ben)) < 1e-12);
    const answers = await Promise.all(
      [stored, await readExplainer(folder)].map((explainer) =>
        createExplanationService(explainer).explain("ann")
      ),
    );
    assert.deepEqual(answers[0], answers[1]);
    assert.equal(answers[0].items[0].source?.review, "eva/banjo");
  });
});

Deno.test("a folder that is not as it was written is refused, with what is wrong", async () => {
  const manifest = { format: 1, ...parts.manifest };
  const cases: [file: string, text: string | undefined, message: RegExp][] = [
    ["explainer.json", undefined, /No such file.*explainer\.json.*, expected the folder as it was written$/],
    ["explainer.json", "{", /JSON.*, expected the folder as it was written$/],
    ["explainer.json", JSON.stringify({ ...manifest, format: 2 }), /: format is 2, expected 1$/],
    [
      "explainer.json",
      JSON.stringify({ ...manifest, method: "oracles" }),
      /: method is 'oracles', expected 'oracle'$/,
    ],
    ["explainer.json", JSON.stringify({ ...manifest, seed: undefined }), /: seed is undefined, expected/],
    ["corpus/sentences.jsonl", undefined, /sentences\.jsonl.*, expected/],
    ["corpus/lexicon.json", "[", /JSON.*, expected the folder as it was written$/],
    [
      "recommender/system.json",
      JSON.stringify({ kind: "oracle" }),
      /: kind is "oracle", expected "rating-biases"$/,
    ],
  ];
  for (const [file, text, message] of cases) {
    await withTempFolder(async (folder) => {
      await writeExplainer(folder, parts);
      await (text === undefined
        ? Deno.remove(join(folder, file))
        : Deno.writeTextFile(join(folder, file), text));
      await assert.rejects(readExplainer(folder), (error: Error) => {
        assert.ok(error.message.startsWith(`Cannot read explainer ${folder}: `), error.message);
        assert.match(error.message, message);
        return true;
      });
    });
  }
});
