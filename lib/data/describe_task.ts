import type { DuckDBConnection } from "@duckdb/node-api";
import { countBySplit } from "./count_by_split.ts";
import { double, identifier, queryRows } from "./database.ts";
import { type PreparedTask, type SplitName, splitNames } from "./prepared_schema.ts";

/** A task of a staged table: the classes of a multi-class one are in the order of the staged labels. */
export type StagedTask =
  | { readonly name: string; readonly kind?: "binary" | "regression" }
  | { readonly name: string; readonly kind: "multi-class"; readonly classes: readonly { name: string }[] };

/**
 * Counts the labels of a task of the staged table `source` with its `placement`; a regression's mean and scale are
 * those of its training rows.
 *
 * @throws {RangeError} A split in which no model could be told from a constant: of one class or number only.
 */
export async function describeTask(
  connection: DuckDBConnection,
  dataset: string,
  task: StagedTask,
): Promise<PreparedTask> {
  const column = identifier(task.name);
  const labelled = await countBySplit(connection, `${column} IS NOT NULL`);
  const refuse = (split: SplitName, state: string, expected: string): never => {
    throw new RangeError(
      `Cannot prepare dataset ${dataset}: in the ${split} split, task ${task.name} has ${state} ` +
        `among ${labelled[split]} labels, expected ${expected}`,
    );
  };
  const { name } = task;
  switch (task.kind) {
    case "multi-class": {
      const classes = task.classes.map(({ name }) => name);
      const counts: Record<SplitName, number[]> = { train: [], validation: [], test: [] };
      for (const label of classes.keys()) {
        const count = await countBySplit(connection, `${column} = ${label}`);
        for (const split of splitNames) counts[split].push(count[split]);
      }
      for (const split of splitNames) {
        const present = counts[split].filter((count) => count > 0).length;
        if (present < 2) refuse(split, `${present} classes`, "at least two");
      }
      const absent = counts.train.indexOf(0);
      if (absent >= 0) refuse("train", `none of class ${classes[absent]}`, "every class");
      return { name, kind: "multi-class", labelled, classes, counts };
    }
    case "regression": {
      const values = await countDistinct(connection, column);
      for (const split of splitNames) {
        if (values[split] < 2) refuse(split, `${values[split]} different numbers`, "at least two");
      }
      const [{ mean, scale }] = await queryRows<{ mean: number; scale: number }>(
        connection,
        `SELECT avg(${column}) AS mean, stddev_pop(${column}) AS scale
         FROM source JOIN placement USING (row) WHERE split = 'train'`,
      );
      return { name, kind: "regression", labelled, mean, scale };
    }
    default: {
      const positives = await countBySplit(connection, `${column} = 1`);
      for (const split of splitNames) {
        if (positives[split] === 0 || positives[split] === labelled[split]) {
          refuse(split, `${positives[split]} positives`, "both classes");
        }
      }
      const positiveRate = positives.train / labelled.train;
      return { name, kind: "binary", positiveRate, labelled, positives };
    }
  }
}

/** The SQL expression of a task's stored label, FLOAT. */
export function labelExpression(task: PreparedTask): string {
  const column = `source.${identifier(task.name)}`;
  return task.kind === "regression"
    ? `((${column} - ${double(task.mean)}) / ${double(task.scale)})::FLOAT`
    : `${column}::FLOAT`;
}

async function countDistinct(
  connection: DuckDBConnection,
  column: string,
): Promise<Record<SplitName, number>> {
  const rows = await queryRows<{ split: SplitName; n: number }>(
    connection,
    `SELECT split, count(DISTINCT ${column})::DOUBLE AS n FROM source JOIN placement USING (row) GROUP BY split`,
  );
  return { train: 0, validation: 0, test: 0, ...Object.fromEntries(rows.map(({ split, n }) => [split, n])) };
}
