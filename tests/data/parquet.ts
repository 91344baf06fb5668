import { DuckDBInstance } from "@duckdb/node-api";

/** Reads a Parquet file through DuckDB's row objects, apart from the code under test. */
export async function readParquet<Row = Record<string, unknown>>(path: string): Promise<Row[]> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const result = await connection.run("SELECT * REPLACE (row::DOUBLE AS row) FROM read_parquet($1)", [
      path,
    ]);
    return await result.getRowObjects() as Row[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Names and SQL types of the columns of a Parquet file. */
export async function parquetColumns(path: string): Promise<Record<string, string>> {
  const instance = await DuckDBInstance.create(":memory:");
  const connection = await instance.connect();
  try {
    const result = await connection.run("DESCRIBE SELECT * FROM read_parquet($1)", [path]);
    const rows = await result.getRowObjects() as { column_name: string; column_type: string }[];
    return Object.fromEntries(rows.map((row) => [row.column_name, row.column_type]));
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
