import assert from "node:assert/strict";
import { join } from "node:path";
import {
  loadCard,
  loadTabularCard,
  locateDataset,
  makeWorld,
  parseCard,
  verifyFile,
} from "../../lib/data/mod.ts";
import { shopCard, withTempFolder, writeText } from "./fixtures.ts";

Deno.test("every card in data/ is valid and named after its file", async () => {
  const folder = new URL("../../data/", import.meta.url);
  const files = (await Array.fromAsync(Deno.readDir(folder))).filter(({ name }) => name.endsWith(".json"));
  assert.ok(files.length >= 3);
  for (const { name } of files) {
    const card = await loadCard(name.slice(0, -".json".length));
    assert.equal(`${card.name}.json`, name);
  }
});

Deno.test("the census cards drop the survey weight and keep the labels out of the fields", async () => {
  const hidden = {
    "census-income-kdd": { weight: "instance_weight", labels: ["marital_stat", "income_50k"], columns: 42 },
    "adult": { weight: "fnlwgt", labels: ["marital-status", "income"], columns: 15 },
  };
  for (const [name, { weight, labels, columns }] of Object.entries(hidden)) {
    const card = await loadTabularCard(name);
    const named = (kind: string) => card.columns.filter((c) => c.kind === kind).map((c) => c.name);
    assert.equal(card.columns.length, columns);
    assert.deepEqual(named("dropped"), [weight]);
    assert.deepEqual(named("label"), labels);
    assert.deepEqual(card.tasks.map((task) => task.name), ["income", "never-married"]);
  }
});

Deno.test("the numeric columns of Census-Income are the seven quantities; codes are categories", async () => {
  const { columns } = await loadTabularCard("census-income-kdd");
  assert.deepEqual(columns.filter(({ kind }) => kind === "numeric").map(({ name }) => name), [
    "age",
    "wage_per_hour",
    "capital_gains",
    "capital_losses",
    "stock_dividends",
    "num_emp",
    "weeks_worked",
  ]);
});

Deno.test("the synthetic card describes the default world", async () => {
  const card = await loadCard("synthetic-multitask");
  assert.equal(card.kind, "synthetic");
  if (card.kind !== "synthetic") return;
  const { options } = makeWorld({ rows: { train: 2, validation: 1, test: 1 } });
  assert.deepEqual(card.tasks.map(({ positiveRate }) => positiveRate), options.positiveRates);
  assert.equal(card.numericFields, options.numericFields);
});

Deno.test("a card that does not exist is refused by name", async () => {
  await assert.rejects(loadCard("atlantis"), {
    message: "Cannot load card atlantis: atlantis.json does not exist, expected the name of a card in data/",
  });
});

Deno.test("a synthetic card has no rows to read", async () => {
  await assert.rejects(loadTabularCard("synthetic-multitask"), {
    name: "TypeError",
    message: "Cannot read rows of synthetic-multitask: its card is of kind synthetic, expected tabular",
  });
});

Deno.test("a wrong card is refused with the key at fault", async () => {
  const card = await loadTabularCard("adult");
  const [income, married] = card.tasks;
  const cases: [label: string, change: object, message: RegExp][] = [
    ["unknown kind of column", { columns: [{ name: "age", kind: "number" }] }, /at columns\.0\.kind/],
    [
      "column dropped without a reason",
      { columns: [{ name: "age", kind: "dropped" }] },
      /at columns\.0\.why/,
    ],
    ["misspelt key", { licnce: {} }, /at licnce/],
    ["short checksum", { files: [[{ name: "a", sha256: "ab", bytes: 1 }]] }, /at files\.0\.0\.sha256/],
    ["task on a field", { tasks: [{ ...income, column: "age" }] }, /not of kind label/],
    ["two tasks of one name", { tasks: [income, { ...married, name: "income" }] }, /repeated/],
    ["task named row", { tasks: [{ ...income, name: "row" }] }, /repeated or is "row"/],
    ["unknown kind of task", { tasks: [{ ...income, kind: "ranking" }] }, /at tasks\.0\.kind/],
    [
      "one class",
      {
        tasks: [{
          ...{ name: "a", description: "a", column: "income", kind: "multi-class" },
          classes: [{ name: "rich", cells: [">50K"] }],
        }],
      },
      /at tasks\.0\.classes/,
    ],
    [
      "two classes of one name",
      {
        tasks: [{
          ...{ name: "a", description: "a", column: "income", kind: "multi-class" },
          classes: [{ name: "rich", cells: [">50K"] }, { name: "rich", cells: ["<=50K"] }],
        }],
      },
      /two classes of one name/,
    ],
    [
      "cell of two classes",
      {
        tasks: [{
          ...{ name: "a", description: "a", column: "income", kind: "multi-class" },
          classes: [{ name: "rich", cells: [">50K"] }, { name: "poor", cells: [">50K"] }],
        }],
      },
      /one cell two meanings/,
    ],
    ["cell of both classes", { tasks: [{ ...income, negative: [">50K"] }] }, /one cell two meanings/],
  ];
  for (const [label, change, message] of cases) {
    assert.throws(
      () => parseCard({ ...card, ...change }, "adult.json"),
      { name: "TypeError", message },
      label,
    );
  }
});

Deno.test("a dataset is looked for in the given folder, then in EQUIPOISE_DATA, then in data/", async () => {
  await withTempFolder(async (root) => {
    const places = ["given", "environment", "project/data"].map((name) => join(root, name));
    for (const place of places) await Deno.mkdir(join(place, "shop"), { recursive: true });
    const paths = await Promise.all(places.map((place) => writeText(join(place, "shop"), "shop.csv", "x")));
    const card = await shopCard(paths[0]);
    const where = { dataDir: places[0], environment: places[1], projectRoot: join(root, "project") };
    for (const path of paths) {
      assert.deepEqual(await locateDataset(card, where), { found: true, paths: [path] });
      await Deno.remove(path);
    }
  });
});

Deno.test("a dataset that is nowhere is refused with address, licence and place", async () => {
  await withTempFolder(async (root) => {
    const location = await locateDataset(await loadTabularCard("adult"), {
      environment: root,
      projectRoot: root,
    });
    assert.equal(location.found, false);
    if (location.found) return;
    for (
      const part of [
        "Cannot find dataset adult",
        join(root, "adult"),
        join(root, "data", "adult"),
        "adult.data or adult.data.csv.gz, and adult.test or adult.test.csv.gz",
        "https://archive.ics.uci.edu/dataset/2/adult",
        "CC BY 4.0",
        "put it into data/adult/",
      ]
    ) assert.ok(location.reason.includes(part), part);
  });
});

Deno.test("a place with only some of the files does not count", async () => {
  await withTempFolder(async (root) => {
    await Deno.mkdir(join(root, "adult"));
    await writeText(join(root, "adult"), "adult.data", "x");
    const location = await locateDataset(await loadTabularCard("adult"), {
      dataDir: root,
      projectRoot: root,
    });
    assert.equal(location.found, false);
  });
});

Deno.test("a checksum is that of FIPS 180-4, and a mismatch names file, expected and found", async () => {
  await withTempFolder(async (root) => {
    const path = await writeText(root, "abc.txt", "abc");
    const abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";
    await verifyFile(path, { sha256: abc, bytes: 3 });
    const other = "0".repeat(64);
    await assert.rejects(verifyFile(path, { sha256: other, bytes: 4 }), {
      message: `Cannot use ${path}: its SHA-256 is ${abc} (3 bytes), expected ${other} (4 bytes)`,
    });
  });
});
