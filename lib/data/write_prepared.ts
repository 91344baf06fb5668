import type { DuckDBConnection } from "@duckdb/node-api";
import { join } from "node:path";
import { identifier, literal } from "./database.ts";
import { countBySplit, type PerSplit } from "./count_by_split.ts";
import { describeTask, labelExpression, type StagedTask } from "./describe_task.ts";
import { encodingExpression, type FieldEncoding, fitEncoder } from "./encoder.ts";
import { type PreparedSchema, type PreparedTask, type SplitName, splitNames } from "./prepared_schema.ts";

/** What a staged table `source` with its `placement` holds. */
export interface StagedDataset {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly kind: "categorical" | "numeric" }[];
  /** Binary tasks unless they say otherwise. */
  readonly tasks: readonly StagedTask[];
  readonly provenance: Record<string, unknown>;
  readonly minimumCount: number;
}

/**
 * Encodes a staged dataset and writes `{train,validation,test}.parquet`, `encoder.json` and `schema.json` to `folder`.
 * The bytes depend on the rows, the placement and the version of DuckDB only.
 *
 * @throws {RangeError} A split is empty, or a task has labels of one class or value only in a split.
 */
export async function writePrepared(
  connection: DuckDBConnection,
  dataset: StagedDataset,
  folder: string,
): Promise<PreparedSchema> {
  const { name, provenance } = dataset;
  const rows = await countRows(connection, name);
  const tasks: PreparedTask[] = [];
  for (const task of dataset.tasks) tasks.push(await describeTask(connection, name, task));
  const encoder = await fitEncoder(connection, dataset.fields, dataset.minimumCount);
  const fields = encoder.map((field) =>
    field.kind === "numeric"
      ? { name: field.name, kind: field.kind }
      : { name: field.name, kind: field.kind, size: field.values.length + 1 }
  );
  for (const split of splitNames) {
    await writeSplit(connection, encoder, tasks, split, join(folder, `${split}.parquet`));
  }
  const schema: PreparedSchema = { format: 1, name, provenance, fields, tasks, rows };
  await writeJson(join(folder, "encoder.json"), { fields: encoder });
  await writeJson(join(folder, "schema.json"), schema);
  return schema;
}

/** Writes a value as indented JSON. */
export async function writeJson(path: string, value: unknown): Promise<void> {
  await Deno.writeTextFile(path, JSON.stringify(value, null, 2) + "\n");
}

/** Rows of a Parquet row group: what a reader has to hold at least. */
const rowGroupSize = 32_768;

async function writeSplit(
  connection: DuckDBConnection,
  encoder: readonly FieldEncoding[],
  tasks: readonly PreparedTask[],
  split: SplitName,
  path: string,
): Promise<void> {
  const columns = [
    "source.row AS row",
    ...encoder.map((field) => `${encodingExpression(field)} AS ${identifier(field.name)}`),
    ...tasks.map((task) => `${labelExpression(task)} AS ${identifier(task.name)}`),
  ];
  await connection.run(
    `COPY (SELECT ${columns.join(", ")} FROM source JOIN placement USING (row) WHERE split = '${split}'
       ORDER BY position)
     TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupSize})`,
  );
}

async function countRows(connection: DuckDBConnection, name: string): Promise<PerSplit> {
  const rows = await countBySplit(connection, "true");
  for (const split of splitNames) {
    if (rows[split] > 0) continue;
    const all = rows.train + rows.validation + rows.test;
    throw new RangeError(
      `Cannot prepare dataset ${name}: the ${split} split of its ${all} rows is empty, expected a row at least`,
    );
  }
  return rows;
}
