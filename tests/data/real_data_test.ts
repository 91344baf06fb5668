import assert from "node:assert/strict";
import { join } from "node:path";
import { loadTabularCard, locateDataset, openSplit, prepareDataset, splitNames } from "../../lib/data/mod.ts";
import { binary, fingerprints, withTempFolder, writeText } from "./fixtures.ts";

const environment = Deno.env.get("EQUIPOISE_DATA");
const without = environment === undefined ? " (skipped: EQUIPOISE_DATA is not set)" : "";

async function rawPaths(name: string): Promise<readonly string[]> {
  const location = await locateDataset(await loadTabularCard(name), { environment });
  assert.ok(location.found, location.found ? "" : location.reason);
  return location.paths;
}

// Rows and positives as counted in the raw files with awk.
const published = {
  "census-income-kdd": { rows: 99_762, positives: [6_186, 43_143], categorical: 32, numeric: 7 },
  "adult": { rows: 48_842, positives: [11_687, 16_117], categorical: 7, numeric: 5 },
};

for (const [name, { rows, positives, categorical, numeric }] of Object.entries(published)) {
  Deno.test({
    name: `${name} has its published rows and positives, and batches of them${without}`,
    ignore: environment === undefined,
    async fn() {
      await withTempFolder(async (root) => {
        const card = await loadTabularCard(name);
        assert.equal(card.rows, rows);
        const outDir = join(root, name);
        const schema = await prepareDataset({ card, paths: await rawPaths(name), outDir });
        const total = (counts: Record<string, number>) =>
          splitNames.reduce((sum, split) => sum + counts[split], 0);
        assert.equal(total(schema.rows), rows);
        assert.deepEqual(schema.tasks.map((task) => total(binary(task).positives)), positives);
        assert.deepEqual(schema.tasks.map((task) => total(task.labelled)), [rows, rows]);

        const seen = new Uint8Array(rows);
        for (const name of splitNames) {
          const split = await openSplit(outDir, name);
          assert.equal(split.categorical.length, categorical);
          assert.equal(split.numeric.length, numeric);
          for await (const batch of split.batches({ batchSize: 4096 })) {
            for (const row of batch.rows) seen[Number(row)]++;
            assert.ok(batch.numeric.every(Number.isFinite));
            assert.ok(
              batch.categorical.every((id, i) => id >= 0 && id < split.categorical[i % categorical].size),
            );
          }
        }
        assert.ok(seen.every((count) => count === 1));
      });
    },
  });
}

Deno.test({
  name: `Adult is the same in its official form: comment line, labels with dots, no gzip${without}`,
  ignore: environment === undefined,
  async fn() {
    await withTempFolder(async (root) => {
      const card = await loadTabularCard("adult");
      const packaged = await rawPaths("adult");
      assert.deepEqual(packaged.map((path) => path.split("/").at(-1)), [
        "adult.data.csv.gz",
        "adult.test.csv.gz",
      ]);
      const [data, test] = await Promise.all(packaged.map(async (path) => {
        const { readable } = await Deno.open(path);
        return await new Response(readable.pipeThrough(new DecompressionStream("gzip"))).text();
      }));
      const dotted = test.trimEnd().split("\n").map((line) => `${line}.\n`).join("");
      const official = [
        await writeText(root, "adult.data", data),
        await writeText(root, "adult.test", `|1x3 Cross validator\n${dotted}\n`),
      ];
      const prepared = [];
      for (const [i, paths] of [packaged, official].entries()) {
        const outDir = join(root, `${i}`);
        await prepareDataset({ card, paths, outDir });
        const { "schema.json": _, ...files } = await fingerprints(outDir);
        prepared.push(files);
      }
      assert.deepEqual(prepared[1], prepared[0]);
    });
  },
});
