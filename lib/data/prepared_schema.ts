import { join } from "node:path";
import * as v from "valibot";

/** The parts of a prepared dataset, in the order of their use. */
export const splitNames = ["train", "validation", "test"] as const;
/** One part of a prepared dataset. */
export type SplitName = typeof splitNames[number];

const count = v.pipe(v.number(), v.integer(), v.minValue(0));
const rate = v.pipe(v.number(), v.minValue(0), v.maxValue(1));
const perSplit = v.strictObject({ train: count, validation: count, test: count });

const fieldSchema = v.variant("kind", [
  v.strictObject({
    name: v.string(),
    kind: v.literal("categorical"),
    /** Ids are 0 (a value that the training split does not have) to size - 1. */
    size: v.pipe(v.number(), v.integer(), v.minValue(1)),
  }),
  v.strictObject({ name: v.string(), kind: v.literal("numeric") }),
]);

const taskHead = {
  name: v.string(),
  /** Rows with a label. */
  labelled: perSplit,
};

const binaryTask = v.strictObject({
  ...taskHead,
  kind: v.literal("binary"),
  /** Share of positives among the labelled training rows. */
  positiveRate: rate,
  /** Rows with label 1. */
  positives: perSplit,
});

const regressionTask = v.strictObject({
  ...taskHead,
  kind: v.literal("regression"),
  /** Mean of the labelled training rows; a stored label is (number - mean) / scale. */
  mean: v.number(),
  /** Population standard deviation of the labelled training rows. */
  scale: v.pipe(v.number(), v.gtValue(0)),
});

const multiClassTask = v.strictObject({
  ...taskHead,
  kind: v.literal("multi-class"),
  /** Names of the classes; a stored label is a place in this list. */
  classes: v.pipe(v.array(v.string()), v.minLength(2)),
  /** Rows of each class, in the order of `classes`. */
  counts: v.strictObject({ train: v.array(count), validation: v.array(count), test: v.array(count) }),
});

const taskSchema = v.variant("kind", [binaryTask, regressionTask, multiClassTask]);

const preparedSchema = v.strictObject({
  format: v.literal(1),
  name: v.string(),
  /** What the dataset was made from: raw files and seeds, or the options of a synthetic world. */
  provenance: v.record(v.string(), v.unknown()),
  fields: v.array(fieldSchema),
  tasks: v.pipe(v.array(taskSchema), v.nonEmpty()),
  rows: perSplit,
});

/** What `schema.json` says of a prepared dataset. */
export type PreparedSchema = v.InferOutput<typeof preparedSchema>;
/** A column that models see. */
export type PreparedField = v.InferOutput<typeof fieldSchema>;
/** A column that models predict. */
export type PreparedTask = v.InferOutput<typeof taskSchema>;

/** Reads `schema.json` of a folder that `prepareDataset` or `prepareWorld` wrote. */
export async function readPreparedSchema(folder: string): Promise<PreparedSchema> {
  let json: string;
  try {
    json = await Deno.readTextFile(join(folder, "schema.json"));
  } catch (error) {
    if (!(error instanceof Deno.errors.NotFound)) throw error;
    throw new Error(`Cannot open ${folder}: schema.json does not exist, expected a prepared dataset`);
  }
  const result = v.safeParse(preparedSchema, JSON.parse(json));
  if (result.success) return result.output;
  const [issue] = result.issues;
  throw new TypeError(
    `Cannot open ${folder}: schema.json is wrong at ${v.getDotPath(issue) ?? "its root"}, ${issue.message}`,
  );
}
