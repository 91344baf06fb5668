import type { DuckDBConnection } from "@duckdb/node-api";
import { join } from "node:path";
import { identifier, literal, queryRows } from "./database.ts";
import { encodingExpression, type FieldEncoding, fitEncoder } from "./encoder.ts";
import { type PreparedSchema, type PreparedTask, type SplitName, splitNames } from "./prepared_schema.ts";

/** What a staged table `source` with its `placement` holds. */
export interface StagedDataset {
  readonly name: string;
  readonly fields: readonly { readonly name: string; readonly kind: "categorical" | "numeric" }[];
  readonly tasks: readonly { readonly name: string }[];
  readonly provenance: Record<string, unknown>;
  readonly minimumCount: number;
}

/**
 * Encodes a staged dataset and writes `{train,validation,test}.parquet`, `encoder.json` and `schema.json` to `folder`.
 * The bytes depend on the rows, the placement and the version of DuckDB only.
 *
 * @throws {RangeError} A split is empty, or a task has labels of one class only in a split.
 */
export async function writePrepared(
  connection: DuckDBConnection,
  dataset: StagedDataset,
  folder: string,
): Promise<PreparedSchema> {
  const { name, provenance } = dataset;
  const rows = await countRows(connection, name);
  const tasks: PreparedTask[] = [];
  for (const task of dataset.tasks) tasks.push(await countLabels(connection, name, task.name));
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
    ...tasks.map((task) => `source.${identifier(task.name)}::FLOAT AS ${identifier(task.name)}`),
  ];
  await connection.run(
    `COPY (SELECT ${columns.join(", ")} FROM source JOIN placement USING (row) WHERE split = '${split}'
       ORDER BY position)
     TO ${literal(path)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE ${rowGroupSize})`,
  );
}

type PerSplit = Record<SplitName, number>;

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

async function countLabels(connection: DuckDBConnection, name: string, task: string): Promise<PreparedTask> {
  const column = identifier(task);
  const labelled = await countBySplit(connection, `${column} IS NOT NULL`);
  const positives = await countBySplit(connection, `${column} = 1`);
  for (const split of splitNames) {
    if (positives[split] > 0 && positives[split] < labelled[split]) continue;
    throw new RangeError(
      `Cannot prepare dataset ${name}: in the ${split} split, task ${task} has ${
        positives[split]
      } positives ` +
        `among ${labelled[split]} labels, expected both classes`,
    );
  }
  return { name: task, kind: "binary", positiveRate: positives.train / labelled.train, labelled, positives };
}

async function countBySplit(connection: DuckDBConnection, condition: string): Promise<PerSplit> {
  const rows = await queryRows<{ split: SplitName; n: number }>(
    connection,
    `SELECT split, count(*)::DOUBLE AS n FROM source JOIN placement USING (row) WHERE ${condition} GROUP BY split`,
  );
  return { train: 0, validation: 0, test: 0, ...Object.fromEntries(rows.map(({ split, n }) => [split, n])) };
}
