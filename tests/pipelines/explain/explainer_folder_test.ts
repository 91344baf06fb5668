import assert from "node:assert/strict";
import { join } from "node:path";
import { createExplanationService } from "../../../lib/explain/mod.ts";
import { readExplainer, writeExplainer } from "../../../pipelines/explain/explainer_folder.ts";
import { withTempFolder } from "../../data/fixtures.ts";
import { close } from "../../eval/close.ts";
import { shop } from "../../explain/api/shop.ts";

const parts = {
  manifest: { method: "centroid", seed: 1, dataset: "shop", madeWith: "a test" },
  corpus: shop,
  system: { kind: "biases", shrinkage: 1 },
} as const;

Deno.test("an explainer comes back from its folder with its system, and answers the same again", async () => {
  await withTempFolder(async (folder) => {
    await writeExplainer(folder, parts);
    const stored = await readExplainer(folder);
    assert.deepEqual(stored.manifest, { format: 1, ...parts.manifest });
    assert.deepEqual(stored.corpus, shop);
    // Biases shrunk by 1 about the mean 11/3: of the items, then what they leave of Ben's two ratings of 4.
    const mean = 11 / 3, cello = -1 / 4, alto = -4 / 3 / 3, ben = (4 - mean - cello + 4 - mean - alto) / 3;
    close(stored.system.predict("ben", "cello"), mean + cello + ben);
    const answers = await Promise.all(
      [stored, await readExplainer(folder)].map((explainer) =>
        createExplanationService(explainer).explain("ann")
      ),
    );
    assert.deepEqual(answers[0], answers[1]);
    // The better predicted of the two validation reviews gets the more stars of theirs.
    const [alto_, bass] = ["alto", "bass"].map((item) => stored.scale(stored.system.predict("dot", item)));
    assert.ok(alto_ !== bass && [alto_, bass].every((stars) => stars >= 2 && stars <= 5), `${alto_} ${bass}`);
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
      /: kind is "oracle", expected \("recommender" \| "biases"\)$/,
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
