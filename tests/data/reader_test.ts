import assert from "node:assert/strict";
import { join } from "node:path";
import { DataFormatError, prepareDataset } from "../../lib/data/mod.ts";
import { shopCard, type ShopRow, shopRows, withTempFolder, writeShop, writeText } from "./fixtures.ts";
import { readParquet } from "./parquet.ts";

const good = "30, 5, Oslo, 1, yes, no";

const refusals: [label: string, text: string, message: string][] = [
  ["empty file", "", "Cannot read shop.csv: it holds no rows, expected lines of 6 columns"],
  ["blank lines only", "\n\n\n", "Cannot read shop.csv: it holds no rows, expected lines of 6 columns"],
  [
    "too few columns",
    `${good}\n30, 5, Oslo, 1, yes\n`,
    "Cannot read line 2 of shop.csv: found 5 columns, expected 6",
  ],
  ["too many columns", `${good}, no\n`, "Cannot read line 1 of shop.csv: found 7 columns, expected 6"],
  [
    "unparsable number",
    `${good}\n\n${good.replace("30", "thirty")}\n`,
    'Cannot read line 3 of shop.csv: column age holds "thirty", expected a number or "?"',
  ],
  [
    "number with a tail",
    good.replace("5", "5 EUR"),
    'Cannot read line 1 of shop.csv: column spent holds "5 EUR", expected a number or "?"',
  ],
  [
    "number beyond the range of doubles",
    good.replace("5", "1e999"),
    'Cannot read line 1 of shop.csv: column spent holds "1e999", expected a number or "?"',
  ],
  [
    "NaN",
    good.replace("5", "nan"),
    'Cannot read line 1 of shop.csv: column spent holds "nan", expected a number or "?"',
  ],
  [
    "unknown label after a comment",
    `| a comment\n${good.replace("yes", "maybe")}\n`,
    'Cannot read line 2 of shop.csv: column clicked holds "maybe", expected one of "yes", "no"',
  ],
  [
    "missing label where none may be missing",
    good.replace("yes", "?"),
    'Cannot read line 1 of shop.csv: column clicked holds "?", expected one of "yes", "no"',
  ],
  [
    "control character",
    good.replace("Oslo", "Os\u001flo"),
    'Cannot read line 1 of shop.csv: found the control character "\\u001f", expected text',
  ],
];

for (const [label, text, message] of refusals) {
  Deno.test(`reader refuses: ${label}`, async () => {
    await withTempFolder(async (folder) => {
      const path = await writeText(folder, "shop.csv", text);
      const outDir = join(folder, "out");
      const preparing = prepareDataset({ card: await shopCard(path), paths: [path], outDir });
      await assert.rejects(
        preparing,
        (error) => error instanceof DataFormatError && error.message === message,
      );
      assert.deepEqual((await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name), ["shop.csv"]);
    });
  });
}

Deno.test("reader names the line of a fault far into a gzipped file", async () => {
  await withTempFolder(async (folder) => {
    const rows = shopRows(20_000, 1);
    rows[17_654][0] = "old";
    const path = await writeShop(folder, rows);
    const preparing = prepareDataset({
      card: await shopCard(path),
      paths: [path],
      outDir: join(folder, "out"),
    });
    await assert.rejects(preparing, {
      message: 'Cannot read line 17655 of shop.csv.gz: column age holds "old", expected a number or "?"',
    });
  });
});

Deno.test("reader refuses a truncated gzip, at any cut", async () => {
  await withTempFolder(async (folder) => {
    const path = await writeShop(folder, shopRows(5000, 1));
    const whole = await Deno.readFile(path);
    for (const kept of [0, 5, 2000, whole.length - 9, whole.length - 4, whole.length - 1]) {
      await Deno.writeFile(path, whole.subarray(0, kept));
      const preparing = prepareDataset({
        card: await shopCard(path),
        paths: [path],
        outDir: join(folder, "out"),
      });
      await assert.rejects(
        preparing,
        (error) =>
          error instanceof DataFormatError &&
          /^Cannot read shop\.csv\.gz: it is damaged or ends early after line \d+, expected a complete gzip/
            .test(error.message),
        `${kept} bytes`,
      );
    }
  });
});

Deno.test("reader refuses text that is no UTF-8", async () => {
  await withTempFolder(async (folder) => {
    const path = join(folder, "shop.csv");
    await Deno.writeFile(path, new Uint8Array([...new TextEncoder().encode(good + "\n"), 0xff, 0x0a]));
    const preparing = prepareDataset({
      card: await shopCard(path),
      paths: [path],
      outDir: join(folder, "out"),
    });
    await assert.rejects(preparing, {
      name: "DataFormatError",
      message: /^Cannot read shop\.csv: line \d+ is not UTF-8, expected UTF-8 text$/,
    });
  });
});

Deno.test("a missing, a renamed, a changed and an additional file are refused", async () => {
  await withTempFolder(async (folder) => {
    const path = await writeShop(folder, shopRows(50, 1));
    const card = await shopCard(path);
    const outDir = join(folder, "out");
    const other = join(folder, "other.csv");
    await Deno.copyFile(path, other);
    await assert.rejects(prepareDataset({ card, paths: [other], outDir }), {
      message: "Cannot read dataset shop: file 1 is other.csv, expected shop.csv.gz",
    });
    await assert.rejects(prepareDataset({ card, paths: [path, path], outDir }), {
      message: "Cannot read dataset shop: 2 files are given, expected 1",
    });
    await writeShop(folder, shopRows(50, 2));
    await assert.rejects(prepareDataset({ card, paths: [path], outDir }), {
      message: /^Cannot use .*SHA-256/,
    });
    await Deno.remove(path);
    await assert.rejects(prepareDataset({ card, paths: [path], outDir }), {
      message: `Cannot read dataset shop: ${path} does not exist, expected a file`,
    });
  });
});

Deno.test("line ends, comments, blank lines and a missing last line end do not change the rows", async () => {
  await withTempFolder(async (folder) => {
    const lines = shopRows(600, 3).map((row: ShopRow) => row.join(", "));
    const forms = {
      plain: lines.join("\n") + "\n",
      windows: lines.join("\r\n") + "\r\n",
      commented: `|1x3 Cross validator\n${lines.join("\n\n")}`,
    };
    const prepared = [];
    for (const [name, text] of Object.entries(forms)) {
      const path = await writeText(folder, `${name}.csv`, text);
      const outDir = join(folder, name);
      await prepareDataset({ card: await shopCard(path), paths: [path], outDir });
      prepared.push(await readParquet(join(outDir, "train.parquet")));
    }
    assert.equal(prepared[0].length, 480);
    assert.deepEqual(prepared[1], prepared[0]);
    assert.deepEqual(prepared[2], prepared[0]);
  });
});

Deno.test("rows are numbered through all files of a dataset", async () => {
  await withTempFolder(async (folder) => {
    const paths = [
      await writeShop(folder, shopRows(120, 4), "a.csv"),
      await writeShop(folder, shopRows(80, 5), "b.csv.gz"),
    ];
    const [a, b] = await Promise.all(paths.map((path) => shopCard(path)));
    const card = { ...a, files: [...a.files, ...b.files] };
    const outDir = join(folder, "out");
    await prepareDataset({ card, paths, outDir });
    const rows = [];
    for (const split of ["train", "validation", "test"]) {
      rows.push(...await readParquet(join(outDir, `${split}.parquet`)));
    }
    assert.deepEqual(
      rows.map(({ row }) => row as number).sort((x, y) => x - y),
      Array.from({ length: 200 }, (_, i) => i),
    );
  });
});
