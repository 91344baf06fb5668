import type { DuckDBConnection } from "@duckdb/node-api";
import { join } from "node:path";
import { identifier, openDatabase } from "./database.ts";
import { replaceFolder } from "./folder.ts";
import { taskName, worldOptimum } from "./optimum.ts";
import type { PreparedSchema } from "./prepared_schema.ts";
import { splitInOrder } from "./split_rows.ts";
import { makeWorld, type World, type WorldOptions } from "./world.ts";
import { writeJson, writePrepared } from "./write_prepared.ts";

/** Options of {@link prepareWorld}: those of the world, and where to write it. */
export interface PrepareWorldOptions extends WorldOptions {
  /** The folder to write; an earlier prepared dataset there is replaced. */
  readonly outDir: string;
  /** Name in `schema.json`. Default `synthetic-multitask`. */
  readonly name?: string;
}

/**
 * Makes a world and writes it in the form of `prepareDataset`, encoders fitted on its training rows included, with
 * `optimum.json` beside: per task, the best log loss and NE that a model can expect on the test split.
 */
export async function prepareWorld(options: PrepareWorldOptions): Promise<PreparedSchema> {
  const { outDir, name = "synthetic-multitask", ...worldOptions } = options;
  const world = makeWorld(worldOptions);
  return await replaceFolder(outDir, async (folder, scratch) => {
    using database = await openDatabase(scratch);
    const { connection } = database;
    await loadWorld(connection, world);
    await splitInOrder(connection, world.options.rows);
    await writeJson(join(folder, "optimum.json"), { split: "test", tasks: worldOptimum(world, "test") });
    return await writePrepared(connection, {
      name,
      fields: worldFields(world),
      tasks: world.labels.map((_, t) => ({ name: taskName(t) })),
      provenance: { world: world.options },
      minimumCount: 1,
    }, folder);
  });
}

function worldFields(world: World): { name: string; kind: "categorical" | "numeric" }[] {
  const numbered = <K extends string>(kind: K, prefix: string, length: number) =>
    Array.from({ length }, (_, j) => ({ name: `${prefix}${j + 1}`, kind }));
  return [
    ...numbered("numeric", "x", world.numericFields),
    ...numbered("categorical", "c", world.categoricalFields),
  ];
}

/** Rows of one DuckDB chunk. */
const chunkRows = 2048;

/** Writes the table `source` of a world, chunk by chunk. */
async function loadWorld(connection: DuckDBConnection, world: World): Promise<void> {
  const { BIGINT, DOUBLE, DuckDBDataChunk, FLOAT, VARCHAR } = await import("@duckdb/node-api");
  const { numeric, numericFields, categorical, categoricalFields, labels } = world;
  const columns = [
    { name: "row", type: BIGINT, at: (i: number) => BigInt(i) },
    ...worldFields(world).map(({ name, kind }, j) =>
      kind === "numeric" ? { name, type: DOUBLE, at: (i: number) => numeric[i * numericFields + j] } : {
        name,
        type: VARCHAR,
        at: (i: number) => `${categorical[i * categoricalFields + j - numericFields]}`,
      }
    ),
    ...labels.map((label, t) => ({ name: taskName(t), type: FLOAT, at: (i: number) => label[i] })),
  ];
  await connection.run(
    `CREATE TABLE source (${columns.map(({ name, type }) => `${identifier(name)} ${type}`).join(", ")})`,
  );
  const appender = await connection.createAppender("source");
  for (let from = 0; from < world.rows; from += chunkRows) {
    const length = Math.min(chunkRows, world.rows - from);
    const chunk = DuckDBDataChunk.create(columns.map(({ type }) => type), length);
    columns.forEach(({ at }, k) => {
      const vector = chunk.getColumnVector(k);
      for (let i = 0; i < length; i++) vector.setItem(i, at(from + i));
      vector.flush();
    });
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}
