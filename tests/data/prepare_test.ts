import assert from "node:assert/strict";
import { join } from "node:path";
import {
  type FieldEncoding,
  prepareDataset,
  type PrepareOptions,
  readPreparedSchema,
  splitNames,
} from "../../lib/data/mod.ts";
import {
  binary,
  fingerprints,
  shopCard,
  type ShopRow,
  shopRows,
  withTempFolder,
  writeShop,
  writeText,
} from "./fixtures.ts";
import { parquetColumns, readParquet } from "./parquet.ts";

interface PreparedRow {
  row: number;
  age: number;
  spent: number;
  city: number;
  click: number;
  buy: number | null;
}

interface Prepared {
  folder: string;
  encoder: FieldEncoding[];
  splits: Record<typeof splitNames[number], PreparedRow[]>;
}

async function prepareShop(
  root: string,
  rows: readonly ShopRow[],
  options: Partial<PrepareOptions> = {},
): Promise<Prepared> {
  const path = await writeShop(root, rows);
  const folder = join(root, "out");
  await prepareDataset({ card: await shopCard(path), paths: [path], outDir: folder, ...options });
  const read = (split: string) => readParquet<PreparedRow>(join(folder, `${split}.parquet`));
  return {
    folder,
    encoder: JSON.parse(await Deno.readTextFile(join(folder, "encoder.json"))).fields,
    splits: { train: await read("train"), validation: await read("validation"), test: await read("test") },
  };
}

const raw = shopRows(1000, 7);

Deno.test("the splits are 80/10/10, disjoint, complete and shuffled", async () => {
  await withTempFolder(async (root) => {
    const { splits } = await prepareShop(root, raw);
    const rows = splitNames.map((name) => splits[name].map(({ row }) => row));
    assert.deepEqual(rows.map((split) => split.length), [800, 100, 100]);
    assert.deepEqual(rows.flat().sort((a, b) => a - b), Array.from(raw, (_, i) => i));
    // Ascending neighbours are half of all in a random order; 800 rows put 4 standard deviations at 33.
    const ascending = rows[0].filter((row, i) => i > 0 && row > rows[0][i - 1]).length;
    assert.ok(Math.abs(ascending - 400) < 34, `${ascending} ascending pairs`);
  });
});

Deno.test("another seed gives another split, other fractions other sizes", async () => {
  await withTempFolder(async (root) => {
    const first = await prepareShop(root, raw, { splitSeed: 1 });
    const second = await prepareShop(root, raw, { splitSeed: 2 });
    const both = new Set(first.splits.test.map(({ row }) => row));
    const common = second.splits.test.filter(({ row }) => both.has(row)).length;
    // Hypergeometric with mean 10 and deviation 2.85.
    assert.ok(common < 24, `${common} common test rows`);
    const { splits } = await prepareShop(root, raw, {
      fractions: { train: 0.5, validation: 0.2, test: 0.3 },
    });
    assert.deepEqual(splitNames.map((name) => splits[name].length), [500, 200, 300]);
  });
});

Deno.test("columns have the promised types", async () => {
  await withTempFolder(async (root) => {
    const { folder } = await prepareShop(root, raw);
    for (const split of splitNames) {
      assert.deepEqual(await parquetColumns(join(folder, `${split}.parquet`)), {
        row: "BIGINT",
        age: "FLOAT",
        spent: "FLOAT",
        city: "INTEGER",
        click: "FLOAT",
        buy: "FLOAT",
      });
    }
  });
});

Deno.test("numbers are standardised by the training rows; heavy tails are taken by log(1 + x) first", async () => {
  await withTempFolder(async (root) => {
    const { encoder, splits } = await prepareShop(root, raw);
    const transforms: [name: "age" | "spent", column: number, transform: string, t: (x: number) => number][] =
      [
        ["age", 0, "identity", (x) => x],
        ["spent", 1, "log1p", Math.log1p],
      ];
    for (const [name, column, transform, t] of transforms) {
      const known = splits.train.map(({ row }) => raw[row][column]).filter((cell) => cell !== "?").map(Number)
        .map(t);
      const mean = known.reduce((sum, x) => sum + x, 0) / known.length;
      const scale = Math.sqrt(known.reduce((sum, x) => sum + (x - mean) ** 2, 0) / known.length);
      const encoding = encoder.find((field) => field.name === name);
      assert.ok(encoding?.kind === "numeric");
      assert.equal(encoding.transform, transform);
      assert.ok(Math.abs(encoding.mean - mean) < 1e-10 && Math.abs(encoding.scale - scale) < 1e-10, name);
      for (const split of splitNames) {
        for (const row of splits[split]) {
          const cell = raw[row.row][column];
          const expected = cell === "?" ? 0 : (t(Number(cell)) - mean) / scale;
          assert.ok(
            Math.abs(row[name] - expected) < 1e-6,
            `${split} row ${row.row}: ${row[name]}, ${expected}`,
          );
        }
      }
    }
  });
});

Deno.test("a constant number becomes 0", async () => {
  await withTempFolder(async (root) => {
    const { splits } = await prepareShop(root, raw.map((row): ShopRow => ["41", ...row.slice(1)] as ShopRow));
    assert.ok(splits.train.every(({ age }) => age === 0));
  });
});

Deno.test("categories get ids by falling training count; a missing value is a category", async () => {
  await withTempFolder(async (root) => {
    const { encoder, splits } = await prepareShop(root, raw);
    const counts = new Map<string, number>();
    for (const { row } of splits.train) counts.set(raw[row][2], (counts.get(raw[row][2]) ?? 0) + 1);
    const values = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([value]) => value);
    assert.ok(values.includes("?"));
    assert.deepEqual(encoder[2], { name: "city", kind: "categorical", values });
    for (const split of splitNames) {
      for (const { row, city } of splits[split]) assert.equal(city, values.indexOf(raw[row][2]) + 1);
    }
  });
});

Deno.test("a category that the training rows lack, or have too rarely, is id 0", async () => {
  await withTempFolder(async (root) => {
    const { splits } = await prepareShop(root, raw);
    const seen = splits.train[0].row;
    const unseen = splits.test[0].row;
    const changed = raw.map((row, i): ShopRow =>
      i === seen || i === unseen
        ? [row[0], row[1], i === seen ? "Pisa" : "Bonn", row[3], row[4], row[5]]
        : row
    );
    const once = await prepareShop(root, changed);
    assert.equal(once.splits.test[0].city, 0);
    assert.equal(once.splits.train[0].city, 6);
    const twice = await prepareShop(root, changed, { minimumCount: 2 });
    assert.equal(twice.splits.train[0].city, 0);
    const never = await prepareShop(root, changed, { minimumCount: 1e6 });
    assert.ok(never.splits.train.every(({ city }) => city === 0));
    assert.deepEqual((await readPreparedSchema(never.folder)).fields[2], {
      name: "city",
      kind: "categorical",
      size: 1,
    });
  });
});

Deno.test("labels are 0, 1 or null where missing, and counted", async () => {
  await withTempFolder(async (root) => {
    const { folder, splits } = await prepareShop(root, raw);
    const schema = await readPreparedSchema(folder);
    const meaning: Record<string, number | null> = { yes: 1, no: 0, unseen: null };
    for (const split of splitNames) {
      for (const { row, click, buy } of splits[split]) {
        assert.equal(click, meaning[raw[row][4]]);
        assert.equal(buy, meaning[raw[row][5]]);
      }
      const buys = splits[split].map(({ buy }) => buy);
      assert.equal(schema.tasks[1].labelled[split], buys.filter((buy) => buy !== null).length);
      assert.equal(binary(schema.tasks[1]).positives[split], buys.filter((buy) => buy === 1).length);
    }
    const { positives, labelled, positiveRate } = binary(schema.tasks[1]);
    assert.equal(positiveRate, positives.train / labelled.train);
  });
});

/** The shop with a task of each kind: whether it was clicked, what was spent, and in which city. */
async function prepareMixed(root: string, rows: readonly ShopRow[]) {
  const path = await writeShop(root, rows), outDir = join(root, "out");
  const columns = (await shopCard(path)).columns.map((column) =>
    column.name === "spent" || column.name === "city"
      ? { name: column.name, kind: "label" as const, why: "defines a task" }
      : column
  );
  const task = (name: string, column: string) => ({ name, description: name, column });
  const card = await shopCard(path, {
    columns,
    tasks: [
      { ...task("click", "clicked"), positive: ["yes"], negative: ["no"] },
      { ...task("spend", "spent"), kind: "regression", missing: ["none"] },
      {
        ...task("city", "city"),
        kind: "multi-class",
        classes: [{ name: "south", cells: ["Rome", "Lima"] }, { name: "Oslo", cells: ["Oslo"] }, {
          name: "Bern",
          cells: ["Bern"],
        }],
        missing: ["?"],
      },
    ] as never,
  });
  const schema = await prepareDataset({ card, paths: [path], outDir });
  return { schema, outDir };
}

/** Every seventh row tells no spending. */
const mixedRows = raw.map((row, i): ShopRow =>
  i % 7 === 0 ? [row[0], "none", row[2], row[3], row[4], row[5]] : row
);

Deno.test("a regression's label is standardised by the labelled training rows", async () => {
  await withTempFolder(async (root) => {
    const { schema, outDir } = await prepareMixed(root, mixedRows);
    const task = schema.tasks[1];
    assert.ok(task.kind === "regression");
    const splits = await Promise.all(
      splitNames.map((split) =>
        readParquet<{ row: number; spend: number | null }>(join(outDir, `${split}.parquet`))
      ),
    );
    const spent = splits[0].map(({ row }) => mixedRows[row][1]).filter((cell) => cell !== "none").map(Number);
    const mean = spent.reduce((sum, x) => sum + x, 0) / spent.length;
    const variance = spent.reduce((sum, x) => sum + (x - mean) ** 2, 0) / spent.length;
    assert.ok(Math.abs(task.mean - mean) < 1e-9 && Math.abs(task.scale - Math.sqrt(variance)) < 1e-9);
    for (const [i, split] of splitNames.entries()) {
      let labelled = 0;
      for (const { row, spend } of splits[i]) {
        const cell = mixedRows[row][1];
        if (cell === "none") assert.equal(spend, null);
        else assert.ok(Math.abs(spend! - (Number(cell) - mean) / task.scale) < 1e-5 * (1 + Math.abs(spend!)));
        if (cell !== "none") labelled++;
      }
      assert.equal(task.labelled[split], labelled);
    }
  });
});

Deno.test("a multi-class label is the place of the class whose cell stands there", async () => {
  await withTempFolder(async (root) => {
    const { schema, outDir } = await prepareMixed(root, mixedRows);
    const task = schema.tasks[2];
    assert.ok(task.kind === "multi-class");
    assert.deepEqual(task.classes, ["south", "Oslo", "Bern"]);
    const place: Record<string, number | null> = { Rome: 0, Lima: 0, Oslo: 1, Bern: 2, "?": null };
    for (const split of splitNames) {
      const rows = await readParquet<{ row: number; city: number | null }>(join(outDir, `${split}.parquet`));
      const counts = [0, 0, 0];
      for (const { row, city } of rows) {
        assert.equal(city, place[mixedRows[row][2]]);
        if (city !== null) counts[city]++;
      }
      assert.deepEqual(task.counts[split], counts);
      assert.equal(task.labelled[split], counts.reduce((sum, count) => sum + count));
    }
    assert.deepEqual(schema.tasks, (await readPreparedSchema(outDir)).tasks);
    const [click] = schema.tasks;
    assert.equal(click.kind, "binary", "the kind where the card names none");
  });
});

Deno.test("labels from which no model could learn are refused, whatever the kind of the task", async () => {
  const cases: [(row: ShopRow) => ShopRow, string][] = [
    [
      ([age, , city, ...rest]) => [age, "5", city, ...rest],
      "Cannot prepare dataset shop: in the train split, task spend has 1 different numbers among 800 labels, expected at least two",
    ],
    [
      ([age, spent, , ...rest]) => [age, spent, "Rome", ...rest],
      "Cannot prepare dataset shop: in the train split, task city has 1 classes among 800 labels, expected at least two",
    ],
    [
      ([age, spent, city, ...rest]) => [age, spent, city === "Bern" ? "Oslo" : "Rome", ...rest],
      "Cannot prepare dataset shop: in the train split, task city has none of class Bern among 800 labels, expected every class",
    ],
    [
      ([age, , city, ...rest]) => [age, "much", city, ...rest],
      'Cannot read line 1 of shop.csv.gz: column spent holds "much", expected a number or "none"',
    ],
    [
      ([age, spent, , ...rest]) => [age, spent, "Pisa", ...rest],
      'Cannot read line 1 of shop.csv.gz: column city holds "Pisa", expected one of "Rome", "Lima", "Oslo", "Bern", "?"',
    ],
  ];
  for (const [change, message] of cases) {
    await withTempFolder(async (root) => {
      await assert.rejects(prepareMixed(root, raw.map(change)), { message });
    });
  }
});

Deno.test("validation and test rows leave no trace in the encoder or the training rows", async () => {
  await withTempFolder(async (root) => {
    const first = await prepareShop(root, raw);
    const before = await fingerprints(first.folder);
    const held = new Set([...first.splits.validation, ...first.splits.test].map(({ row }) => row));
    const changed = raw.map((row, i): ShopRow =>
      held.has(i) ? [`${1000 + i}`, `${1e6 * i}`, `city of ${i}`, row[3], row[4], row[5]] : row
    );
    const second = await prepareShop(root, changed);
    const after = await fingerprints(second.folder);
    assert.equal(after["encoder.json"], before["encoder.json"]);
    assert.equal(after["train.parquet"], before["train.parquet"]);
    assert.notEqual(after["test.parquet"], before["test.parquet"]);
  });
});

Deno.test("the same files and options give the same bytes", async () => {
  await withTempFolder(async (root) => {
    const first = await fingerprints((await prepareShop(root, raw)).folder);
    const second = await fingerprints((await prepareShop(root, raw)).folder);
    assert.deepEqual(Object.keys(first), [
      "encoder.json",
      "schema.json",
      "test.parquet",
      "train.parquet",
      "validation.parquet",
    ]);
    assert.deepEqual(second, first);
  });
});

Deno.test("the schema keeps the provenance and no path of this machine", async () => {
  await withTempFolder(async (root) => {
    const path = await writeShop(root, raw);
    const card = await shopCard(path);
    const outDir = join(root, "out");
    const schema = await prepareDataset({ card, paths: [path], outDir, splitSeed: "s" });
    assert.deepEqual(schema, await readPreparedSchema(outDir));
    assert.deepEqual(schema.provenance, {
      card: "shop",
      files: [{ name: "shop.csv.gz", sha256: card.files[0][0].sha256 }],
      splitSeed: "s",
      fractions: { train: 0.8, validation: 0.1, test: 0.1 },
      minimumCount: 1,
    });
    assert.ok(!(await Deno.readTextFile(join(outDir, "schema.json"))).includes(root));
  });
});

const refusals: [
  label: string,
  rows: readonly ShopRow[],
  options: Partial<PrepareOptions>,
  message: string | RegExp,
][] = [
  [
    "an empty split",
    raw.slice(0, 4),
    {},
    "Cannot prepare dataset shop: the test split of its 4 rows is empty, expected a row at least",
  ],
  [
    "a task of one class",
    raw.map((row): ShopRow => [row[0], row[1], row[2], row[3], "yes", "no"]),
    {},
    "Cannot prepare dataset shop: in the train split, task click has 800 positives among 800 labels, expected both classes",
  ],
  [
    "a task without labels",
    raw.map((row): ShopRow => [row[0], row[1], row[2], row[3], row[4], "unseen"]),
    {},
    "Cannot prepare dataset shop: in the train split, task buy has 0 positives among 0 labels, expected both classes",
  ],
  [
    "fractions that do not sum to 1",
    raw,
    { fractions: { train: 0.8, validation: 0.1, test: 0.2 } },
    "Cannot split rows: the fractions are 0.8, 0.1 and 0.2, expected shares that sum to 1",
  ],
  [
    "a negative fraction",
    raw,
    { fractions: { train: 1, validation: 0.1, test: -0.1 } },
    /^Cannot split rows/,
  ],
  [
    "a minimum count of 0",
    raw,
    { minimumCount: 0 },
    "Cannot fit an encoder: minimumCount is 0, expected a positive integer",
  ],
];

for (const [label, rows, options, message] of refusals) {
  Deno.test(`prepareDataset refuses ${label}, and keeps the earlier dataset`, async () => {
    await withTempFolder(async (root) => {
      const { folder } = await prepareShop(root, raw);
      const before = await fingerprints(folder);
      await assert.rejects(prepareShop(root, rows, options), { name: "RangeError", message });
      assert.deepEqual(await fingerprints(folder), before);
      const left = (await Array.fromAsync(Deno.readDir(root))).map(({ name }) => name).sort();
      assert.deepEqual(left, ["out", "shop.csv.gz"]);
    });
  });
}

Deno.test("a folder that holds something else is never replaced", async () => {
  await withTempFolder(async (root) => {
    await Deno.mkdir(join(root, "out"));
    await writeText(join(root, "out"), "thesis.tex", "years of work");
    await assert.rejects(prepareShop(root, raw), {
      message:
        /^Cannot write a dataset to .*: the folder holds thesis\.tex, expected a new folder or a prepared dataset$/,
    });
    assert.equal(await Deno.readTextFile(join(root, "out", "thesis.tex")), "years of work");
  });
});

Deno.test("names and values with quotes are data like any other", async () => {
  await withTempFolder(async (root) => {
    const quoted = raw.map((row): ShopRow => [row[0], row[1], `"${row[2]}' \\N`, row[3], row[4], row[5]]);
    const path = await writeShop(root, quoted);
    const card = await shopCard(path);
    const columns = card.columns.map((c) => c.name === "city" ? { ...c, name: `"home" city's` } : c);
    const outDir = join(root, "it's out");
    const schema = await prepareDataset({ card: { ...card, columns }, paths: [path], outDir });
    assert.deepEqual(schema.fields[2], { name: `"home" city's`, kind: "categorical", size: 6 });
  });
});
