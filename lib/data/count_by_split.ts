import type { DuckDBConnection } from "@duckdb/node-api";
import { queryRows } from "./database.ts";
import type { SplitName } from "./prepared_schema.ts";

/** A count for each split. */
export type PerSplit = Record<SplitName, number>;

/** How many rows of each split meet an SQL condition on the staged tables `source` and `placement`. */
export async function countBySplit(connection: DuckDBConnection, condition: string): Promise<PerSplit> {
  const rows = await queryRows<{ split: SplitName; n: number }>(
    connection,
    `SELECT split, count(*)::DOUBLE AS n FROM source JOIN placement USING (row) WHERE ${condition} GROUP BY split`,
  );
  return { train: 0, validation: 0, test: 0, ...Object.fromEntries(rows.map(({ split, n }) => [split, n])) };
}
