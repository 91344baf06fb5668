import assert from "node:assert/strict";
import { join } from "node:path";
import fc from "fast-check";
import {
  type Batch,
  type BatchOptions,
  memorySplit,
  openSplit,
  prepareDataset,
  type Split,
  splitNames,
} from "../../lib/data/mod.ts";
import { createRandom } from "../../lib/random/mod.ts";
import { shopCard, shopRows, withTempFolder, writeShop } from "./fixtures.ts";
import { readParquet } from "./parquet.ts";

/** Runs `work` with a prepared shop of `rows` rows: 80% of them training rows. */
async function withShop(rows: number, work: (folder: string) => Promise<void>): Promise<void> {
  await withTempFolder(async (root) => {
    const path = await writeShop(root, shopRows(rows, 11));
    const outDir = join(root, "out");
    await prepareDataset({ card: await shopCard(path), paths: [path], outDir });
    await work(outDir);
  });
}

async function rowsOf(split: Split, options: BatchOptions): Promise<number[]> {
  const rows: number[] = [];
  for await (const batch of split.batches(options)) rows.push(...Array.from(batch.rows, Number));
  return rows;
}

const ascending = (rows: number[]) => rows.toSorted((a, b) => a - b);

Deno.test("batches hold what the Parquet file holds, in its order", async () => {
  await withShop(1000, async (folder) => {
    for (const name of splitNames) {
      const split = await openSplit(folder, name);
      assert.deepEqual(split.categorical, [{ name: "city", size: 6 }]);
      assert.deepEqual(split.numeric, ["age", "spent"]);
      assert.deepEqual(split.tasks, ["click", "buy"]);
      const table = await readParquet(join(folder, `${name}.parquet`));
      assert.equal(split.rows, table.length);
      for (const windowRows of [undefined, 70]) {
        let at = 0;
        for await (const batch of split.batches({ batchSize: 64, windowRows })) {
          for (let i = 0; i < batch.size; i++, at++) {
            assert.equal(Number(batch.rows[i]), table[at].row);
            assert.equal(batch.categorical[i], table[at].city);
            assert.deepEqual([batch.numeric[2 * i], batch.numeric[2 * i + 1]], [
              table[at].age,
              table[at].spent,
            ]);
            assert.equal(batch.labels[i], table[at].click);
            assert.equal(batch.labels[batch.size + i], table[at].buy ?? 0);
            assert.equal(batch.mask?.[i], 1);
            assert.equal(batch.mask?.[batch.size + i], table[at].buy === null ? 0 : 1);
          }
        }
        assert.equal(at, table.length);
      }
    }
  });
});

Deno.test("without missing labels there is no mask", async () => {
  await withTempFolder(async (root) => {
    const path = await writeShop(root, shopRows(500, 2));
    const card = await shopCard(path);
    const outDir = join(root, "out");
    await prepareDataset({ card: { ...card, tasks: card.tasks.slice(0, 1) }, paths: [path], outDir });
    const { value } = await (await openSplit(outDir, "train")).batches({ batchSize: 8 }).next();
    assert.equal("mask" in value, false);
    assert.equal(value.labels.length, 8);
  });
});

Deno.test("an epoch has every row once, whatever the sizes", async () => {
  await withShop(500, async (folder) => {
    const split = await openSplit(folder, "train");
    const all = ascending(await rowsOf(split, { batchSize: 400 }));
    assert.equal(new Set(all).size, 400);
    const sizes = fc.record({
      batchSize: fc.integer({ min: 1, max: 450 }),
      windowRows: fc.integer({ min: 1, max: 450 }),
      seed: fc.integer(),
    });
    await fc.assert(
      fc.asyncProperty(sizes, async ({ batchSize, windowRows, seed }) => {
        const batches: Batch[] = [];
        for await (const b of split.batches({ batchSize, windowRows, shuffle: createRandom(seed) })) {
          batches.push(b);
        }
        assert.deepEqual(ascending(batches.flatMap((batch) => Array.from(batch.rows, Number))), all);
        batches.forEach((batch, i) => {
          assert.equal(batch.size, Math.min(batchSize, 400 - i * batchSize));
          assert.equal(batch.rows.length, batch.size);
          assert.equal(batch.labels.length, 2 * batch.size);
        });
      }),
      { numRuns: 25, seed: 1 },
    );
  });
});

Deno.test("a window smaller than the split streams each row once, in the same order for the same seed", async () => {
  await withShop(50_000, async (folder) => {
    const split = await openSplit(folder, "train");
    const epoch = (seed: number) =>
      rowsOf(split, { batchSize: 512, windowRows: 3000, shuffle: createRandom(seed) });
    const first = await epoch(1);
    assert.equal(new Set(first).size, 40_000);
    assert.deepEqual(await epoch(1), first);
    assert.notDeepEqual(await epoch(2), first);
    // Rows move within their window only.
    const inOrder = await rowsOf(split, { batchSize: 512 });
    for (let from = 0; from < 40_000; from += 3000) {
      assert.deepEqual(
        ascending(first.slice(from, from + 3000)),
        ascending(inOrder.slice(from, from + 3000)),
      );
    }
  });
});

Deno.test("a split within the window is permuted as a whole, anew in each epoch", async () => {
  await withShop(500, async (folder) => {
    const split = await openSplit(folder, "train");
    const shuffle = createRandom(5);
    const [first, second] = [
      await rowsOf(split, { batchSize: 64, shuffle }),
      await rowsOf(split, { batchSize: 64, shuffle }),
    ];
    assert.notDeepEqual(first, second);
    assert.deepEqual(ascending(first), ascending(second));
    assert.deepEqual(await rowsOf(split, { batchSize: 64, shuffle: createRandom(5) }), first);
  });
});

Deno.test("dropLast leaves out a smaller last batch", async () => {
  await withShop(500, async (folder) => {
    const split = await openSplit(folder, "train");
    const counts: [batchSize: number, rows: number][] = [[64, 384], [100, 400], [400, 400], [401, 0]];
    for (const [batchSize, rows] of counts) {
      for (const windowRows of [undefined, 90]) {
        assert.equal((await rowsOf(split, { batchSize, windowRows, dropLast: true })).length, rows);
      }
    }
  });
});

Deno.test("batches belong to their receiver", async () => {
  await withShop(500, async (folder) => {
    const split = await openSplit(folder, "train");
    const before = await rowsOf(split, { batchSize: 50 });
    for await (const batch of split.batches({ batchSize: 50 })) batch.rows.fill(-1n);
    assert.deepEqual(await rowsOf(split, { batchSize: 50 }), before);
  });
});

Deno.test("an epoch may be left early, and epochs may run side by side", async () => {
  await withShop(500, async (folder) => {
    const split = await openSplit(folder, "train");
    for await (const batch of split.batches({ batchSize: 10, windowRows: 50 })) {
      assert.equal(batch.size, 10);
      break;
    }
    const epochs = await Promise.all([1, 2].map(() => rowsOf(split, { batchSize: 30, windowRows: 70 })));
    assert.deepEqual(epochs[0], epochs[1]);
  });
});

Deno.test("what cannot be opened or batched is refused", async () => {
  await withShop(500, async (folder) => {
    await assert.rejects(openSplit(join(folder, "nowhere"), "train"), {
      message: `Cannot open ${
        join(folder, "nowhere")
      }: schema.json does not exist, expected a prepared dataset`,
    });
    const split = await openSplit(folder, "train");
    for (const option of ["batchSize", "windowRows"]) {
      const options = { batchSize: 10, windowRows: 10, [option]: 0 };
      await assert.rejects(rowsOf(split, options), {
        name: "RangeError",
        message: `Cannot make batches: ${option} is 0, expected a positive integer`,
      });
    }
    await Deno.copyFile(join(folder, "test.parquet"), join(folder, "train.parquet"));
    await assert.rejects(rowsOf(await openSplit(folder, "train"), { batchSize: 10 }), {
      message: `Cannot read ${
        join(folder, "train.parquet")
      }: it holds 50 rows, expected 400 as schema.json says`,
    });
    await Deno.writeTextFile(join(folder, "schema.json"), `{"format": 2}`);
    await assert.rejects(openSplit(folder, "train"), {
      name: "TypeError",
      message: /schema\.json is wrong at format/,
    });
  });
});

Deno.test("a split in memory gives the batches of the file that holds its rows", async () => {
  await withShop(500, async (folder) => {
    const split = await openSplit(folder, "train");
    const { value: whole } = await split.batches({ batchSize: split.rows }).next();
    const held = memorySplit(split.schema, "train", whole);
    const batchesOf = (from: Split) =>
      Array.fromAsync(from.batches({ batchSize: 64, shuffle: createRandom(5), dropLast: true }));
    assert.deepEqual(await batchesOf(held), await batchesOf(split));
    assert.deepEqual(
      [held.rows, held.categorical, held.numeric, held.tasks],
      [split.rows, split.categorical, split.numeric, split.tasks],
    );
    assert.throws(() => memorySplit(split.schema, "train", { ...whole, mask: undefined }), {
      name: "RangeError",
      message: "Cannot make split train of shop: its mask has 0 values, expected 800",
    });
  });
});
