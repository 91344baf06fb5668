import type { DuckDBConnection } from "@duckdb/node-api";

/** An in-memory DuckDB, closed by the end of the `using` block that opened it. */
export interface Database extends Disposable {
  readonly connection: DuckDBConnection;
}

/**
 * Opens an in-memory DuckDB: `using database = await openDatabase()`.
 *
 * One thread: the order of rows, of floating-point sums and hence every output byte depend on the input alone.
 *
 * @param spillFolder Where DuckDB may put what exceeds memory. Without it nothing is written.
 */
export async function openDatabase(spillFolder = ""): Promise<Database> {
  // Loaded when it is needed: who reads reviews shall need no native library.
  const { DuckDBInstance } = await import("@duckdb/node-api");
  const instance = await DuckDBInstance.create(":memory:", {
    threads: "1",
    temp_directory: spillFolder,
    autoinstall_known_extensions: "false",
  });
  const connection = await instance.connect();
  return {
    connection,
    [Symbol.dispose]() {
      connection.closeSync();
      instance.closeSync();
    },
  };
}

/** The rows of a small result as objects. Ask for DOUBLE or VARCHAR columns: a BIGINT arrives as a bigint. */
export async function queryRows<Row>(connection: DuckDBConnection, sql: string): Promise<Row[]> {
  return await (await connection.run(sql)).getRowObjects() as Row[];
}

/** A column or table name, quoted for SQL. */
export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`;
}

/** A text, quoted for SQL. */
export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

/** A number as a DOUBLE: a bare decimal would be read as DECIMAL and rounded. */
export function double(value: number): string {
  return `'${value}'::DOUBLE`;
}
