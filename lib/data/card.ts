import * as v from "valibot";
import { reviewFormats } from "./reviews/formats.ts";

const text = v.pipe(v.string(), v.nonEmpty());
const count = v.pipe(v.number(), v.integer(), v.minValue(1));

const cardHead = {
  /** Also the folder of the raw files. */
  name: v.pipe(v.string(), v.regex(/^[a-z0-9-]+$/)),
  title: text,
  description: text,
  licence: v.strictObject({ name: text, address: text }),
  notes: v.array(text),
};

/** One stored form of a raw file: the official one, or a repackaged one with the same rows. */
const fileForm = v.strictObject({
  name: text,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(0)),
  /** The official address of this form, where there is one. */
  address: v.optional(text),
});

const taskHead = {
  name: text,
  description: text,
  /** The label column that defines the task. */
  column: text,
  /** Cells that mean "no label". */
  missing: v.optional(v.array(v.string()), []),
};
const cells = v.pipe(v.array(v.string()), v.nonEmpty());

const tabularTask = v.variant("kind", [
  v.strictObject({
    ...taskHead,
    kind: v.optional(v.literal("binary"), "binary"),
    positive: cells,
    negative: cells,
  }),
  /** The column's number. */
  v.strictObject({ ...taskHead, kind: v.literal("regression") }),
  v.strictObject({
    ...taskHead,
    kind: v.literal("multi-class"),
    /** The classes, in the order of a model's logits, each with the cells that mean it. */
    classes: v.pipe(v.array(v.strictObject({ name: text, cells })), v.minLength(2)),
  }),
]);

const tabularColumn = v.variant("kind", [
  v.strictObject({ name: text, kind: v.literal("numeric") }),
  v.strictObject({ name: text, kind: v.literal("categorical") }),
  v.strictObject({ name: text, kind: v.literal("label"), why: text }),
  v.strictObject({ name: text, kind: v.literal("dropped"), why: text }),
]);

const tabularCard = v.pipe(
  v.strictObject({
    kind: v.literal("tabular"),
    ...cardHead,
    source: v.strictObject({ address: text, citation: text }),
    /** Raw files in row order; of each, the first form that is found is read. */
    files: v.pipe(v.array(v.pipe(v.array(fileForm), v.nonEmpty())), v.nonEmpty()),
    rows: count,
    format: v.strictObject({
      separator: text,
      /** The cell that stands for a missing value. */
      missing: text,
      /** Lines that start so are skipped. */
      comment: v.optional(text),
    }),
    columns: v.pipe(v.array(tabularColumn), v.nonEmpty()),
    tasks: v.pipe(v.array(tabularTask), v.nonEmpty()),
  }),
  v.check(
    ({ columns, tasks }) => {
      const fields = columns.filter(({ kind }) => kind === "numeric" || kind === "categorical");
      const stored = ["row", ...fields.map(({ name }) => name), ...tasks.map(({ name }) => name)];
      return new Set(stored).size === stored.length;
    },
    'a field or task name is repeated or is "row"',
  ),
  v.check(
    ({ columns, tasks }) =>
      tasks.every((task) => columns.some((c) => c.kind === "label" && c.name === task.column)),
    "a task names a column that is not of kind label",
  ),
  v.check(
    ({ tasks }) =>
      tasks.every((task) => {
        const values = [...labelCells(task).flatMap(({ cells }) => cells), ...task.missing];
        return new Set(values).size === values.length;
      }),
    "a task gives one cell two meanings",
  ),
  v.check(
    ({ tasks }) =>
      tasks.every((task) =>
        task.kind !== "multi-class" ||
        new Set(task.classes.map(({ name }) => name)).size === task.classes.length
      ),
    "a task has two classes of one name",
  ),
);

const syntheticCard = v.strictObject({
  kind: v.literal("synthetic"),
  ...cardHead,
  tasks: v.pipe(
    v.array(v.strictObject({ name: text, description: text, positiveRate: v.number() })),
    v.nonEmpty(),
  ),
  rows: v.strictObject({ train: count, validation: count, test: count }),
  numericFields: count,
});

/** Raw files that lie in a folder of their own. */
const fileHead = {
  source: v.strictObject({ address: text, citation: text }),
  /** Raw files in order; of each, the first form that is found is read. */
  files: v.pipe(v.array(v.pipe(v.array(fileForm), v.nonEmpty())), v.nonEmpty()),
  /** The folder of the raw files, where it is not named after the card. */
  folder: v.optional(text),
};

const reviewCard = v.strictObject({
  kind: v.literal("reviews"),
  ...cardHead,
  ...fileHead,
  format: v.picklist(reviewFormats),
  /** Category of items whose records name none. */
  category: text,
  reviews: count,
  users: count,
  items: count,
  /** What becomes of each field of a record. */
  fields: v.array(v.variant("use", [
    v.strictObject({
      name: text,
      use: v.picklist(["id", "user", "item", "category", "rating", "text", "time", "helpful"]),
    }),
    v.strictObject({ name: text, use: v.literal("dropped"), why: text }),
  ])),
});

const corpusCard = v.strictObject({
  kind: v.literal("corpus"),
  ...cardHead,
  ...fileHead,
  /** Annotated sentences. */
  sentences: count,
});

const syntheticReviewsCard = v.strictObject({
  kind: v.literal("synthetic-reviews"),
  ...cardHead,
  /** Of the world at its default options, as are all counts. */
  reviews: count,
  users: count,
  items: count,
  /** Reviews of 1 star, of 2 stars, up to 5. */
  ratings: v.pipe(v.array(count), v.length(5)),
  sentences: count,
  /** Opinions on an aspect or on the item as a whole. */
  statements: count,
  /** Different words, whatever their case. */
  vocabulary: count,
  categories: v.pipe(
    v.array(v.strictObject({ name: text, reviews: count, aspects: v.pipe(v.array(text), v.nonEmpty()) })),
    v.nonEmpty(),
  ),
});

const cardSchema = v.variant("kind", [
  tabularCard,
  syntheticCard,
  syntheticReviewsCard,
  reviewCard,
  corpusCard,
]);

/** A dataset in delimited text files: where it comes from, what its columns mean, which tasks it poses. */
export type TabularCard = v.InferOutput<typeof tabularCard>;
/** A dataset that the project makes itself. */
export type SyntheticCard = v.InferOutput<typeof syntheticCard>;
/** Reviews in text files: where they come from, how they are written, what is read of them. */
export type ReviewCard = v.InferOutput<typeof reviewCard>;
/** Annotated texts that something is measured against. */
export type CorpusCard = v.InferOutput<typeof corpusCard>;
/** A dataset with raw files. */
export type FileCard = TabularCard | ReviewCard | CorpusCard;
/** A world of reviews that the project makes itself. */
export type SyntheticReviewsCard = v.InferOutput<typeof syntheticReviewsCard>;
/** What a file in `data/` says about one dataset. */
export type Card = v.InferOutput<typeof cardSchema>;
/** One task of a tabular card. */
export type CardTask = TabularCard["tasks"][number];
/** One column of a tabular card. */
export type CardColumn = TabularCard["columns"][number];

/** The labels of a binary or multi-class task, each with the cells that mean it; none for a number. */
export function labelCells(
  task: v.InferOutput<typeof tabularTask>,
): { readonly label: number; readonly cells: readonly string[] }[] {
  switch (task.kind) {
    case "binary":
      return [{ label: 1, cells: task.positive }, { label: 0, cells: task.negative }];
    case "multi-class":
      return task.classes.map(({ cells }, label) => ({ label, cells }));
    case "regression":
      return [];
  }
}

/** The columns of a card that models may see, in order. */
export function fieldColumns(card: TabularCard): Extract<CardColumn, { kind: "numeric" | "categorical" }>[] {
  return card.columns.filter((column) => column.kind === "numeric" || column.kind === "categorical");
}

/** Checks a card that was read from elsewhere. Throws a TypeError that names the first key at fault. */
export function parseCard(value: unknown, origin: string): Card {
  const result = v.safeParse(cardSchema, value);
  if (result.success) return result.output;
  const [issue] = result.issues;
  const key = v.getDotPath(issue) ?? "the card";
  throw new TypeError(`Cannot read card ${origin}: at ${key}, ${issue.message}`);
}

/**
 * Reads the card of a dataset.
 *
 * @param name For example `census-income-kdd`, `adult` or `synthetic-multitask`.
 * @param folder Where cards lie; the project's `data/` by default.
 */
export async function loadCard(name: string, folder: string | URL = cardFolder): Promise<Card> {
  const origin = `${name}.json`;
  const path = typeof folder === "string" ? `${folder}/${origin}` : new URL(origin, folder);
  let json: string;
  try {
    json = await Deno.readTextFile(path);
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(
      `Cannot load card ${name}: ${origin} does not exist, expected the name of a card in data/`,
    );
  }
  return parseCard(JSON.parse(json), origin);
}

/** Reads the card of a dataset that consists of delimited files. Throws a TypeError for any other. */
export async function loadTabularCard(name: string, folder?: string | URL): Promise<TabularCard> {
  const card = await loadCard(name, folder);
  if (card.kind === "tabular") return card;
  throw new TypeError(`Cannot read rows of ${name}: its card is of kind ${card.kind}, expected tabular`);
}

/** Reads the card of a dataset of the given kind. Throws a TypeError for any other. */
export async function loadCardOfKind<K extends Card["kind"]>(
  name: string,
  kind: K,
  folder?: string | URL,
): Promise<Extract<Card, { kind: K }>> {
  const card = await loadCard(name, folder);
  if (card.kind === kind) return card as Extract<Card, { kind: K }>;
  throw new TypeError(`Cannot use the card ${name}: it is of kind ${card.kind}, expected ${kind}`);
}

const cardFolder = new URL("../../data/", import.meta.url);
