import { join } from "node:path";
import {
  type Card,
  identifyFile,
  parseCard,
  type PreparedTask,
  type TabularCard,
} from "../../lib/data/mod.ts";
import { createRandom } from "../../lib/random/mod.ts";

/** Runs `work` with a temporary folder that is removed afterwards. */
export async function withTempFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await Deno.makeTempDir();
  try {
    return await work(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

/** A small card with every kind of column, for a file written by {@link writeShop}. */
export async function shopCard(path: string, changes: Partial<TabularCard> = {}): Promise<TabularCard> {
  const card: Card = parseCard({
    kind: "tabular",
    name: "shop",
    title: "Shop",
    description: "Visits of a shop",
    licence: { name: "CC0", address: "https://example.org/cc0" },
    notes: [],
    source: { address: "https://example.org/shop", citation: "none" },
    files: [[{ name: path.split("/").at(-1), ...await identifyFile(path) }]],
    rows: 1,
    format: { separator: ", ", missing: "?", comment: "|" },
    columns: [
      { name: "age", kind: "numeric" },
      { name: "spent", kind: "numeric" },
      { name: "city", kind: "categorical" },
      { name: "weight", kind: "dropped", why: "a survey weight" },
      { name: "clicked", kind: "label", why: "defines the task click" },
      { name: "bought", kind: "label", why: "defines the task buy" },
    ],
    tasks: [
      { name: "click", description: "a click", column: "clicked", positive: ["yes"], negative: ["no"] },
      {
        name: "buy",
        description: "a purchase",
        column: "bought",
        positive: ["yes", "yes."],
        negative: ["no"],
        missing: ["unseen"],
      },
    ],
    ...changes,
  }, "shop.json");
  if (card.kind !== "tabular") throw new TypeError("Cannot make the shop card: it is not tabular");
  return card;
}

/** A task that has to be binary. */
export function binary(task: PreparedTask): Extract<PreparedTask, { kind: "binary" }> {
  if (task.kind === "binary") return task;
  throw new TypeError(`Cannot read task ${task.name}: its kind is ${task.kind}, expected binary`);
}

/** One cell a column of the shop card. */
export type ShopRow = [
  age: string,
  spent: string,
  city: string,
  weight: string,
  clicked: string,
  bought: string,
];

/** Random rows: ages with some missing, heavy-tailed spending, five cities, purchases seen after clicks only. */
export function shopRows(count: number, seed: number): ShopRow[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (): ShopRow => {
    const clicked = random.uniform() < 0.5;
    return [
      random.uniform() < 0.1 ? "?" : `${18 + random.integer(60)}`,
      `${Math.floor(Math.exp(2.5 * random.normal()) * 100) / 100}`,
      ["Rome", "Oslo", "Lima", "Bern", "?"][Math.min(random.integer(5), random.integer(5))],
      `${random.integer(1000)}`,
      clicked ? "yes" : "no",
      clicked ? (random.uniform() < 0.4 ? "yes" : "no") : "unseen",
    ];
  });
}

/** Writes text, gzipped if the name ends in `.gz`, and returns the path. */
export async function writeText(folder: string, name: string, text: string): Promise<string> {
  const path = join(folder, name);
  const plain = new Blob([text]).stream();
  await Deno.writeFile(path, name.endsWith(".gz") ? plain.pipeThrough(new CompressionStream("gzip")) : plain);
  return path;
}

/** Writes rows in the format of the shop card. */
export function writeShop(folder: string, rows: readonly ShopRow[], name = "shop.csv.gz"): Promise<string> {
  return writeText(folder, name, rows.map((row) => row.join(", ") + "\n").join(""));
}

/** SHA-256 of every file of a folder, by name. */
export async function fingerprints(folder: string): Promise<Record<string, string>> {
  const entries = (await Array.fromAsync(Deno.readDir(folder))).map(({ name }) => name).sort();
  const pairs = entries.map(async (name) => [name, (await identifyFile(join(folder, name))).sha256] as const);
  return Object.fromEntries(await Promise.all(pairs));
}
