import { join } from "node:path";
import type { Batch } from "./batch.ts";
import { openDatabase } from "./database.ts";
import { readPreparedSchema, type SplitName } from "./prepared_schema.ts";
import { batchWidths, type Split, splitColumns, splitOfWindows } from "./split.ts";
import { type ColumnFile, readWindows } from "./windows.ts";

/** Opens a split of the dataset that `prepareDataset` or `prepareWorld` wrote to `folder`. */
export async function openSplit(folder: string, name: SplitName): Promise<Split> {
  const schema = await readPreparedSchema(folder);
  const { categorical, numeric, tasks } = splitColumns(schema);
  const file: ColumnFile = {
    path: join(folder, `${name}.parquet`),
    categorical: categorical.map((field) => field.name),
    ...{ numeric, tasks },
    widths: batchWidths(schema, name),
    rows: schema.rows[name],
  };
  let kept: Promise<Batch> | undefined;

  return splitOfWindows(schema, name, async function* (windowRows) {
    if (file.rows <= windowRows) {
      kept ??= readWhole(file);
      yield await kept;
    } else {
      using database = await openDatabase();
      yield* readWindows(database.connection, file, windowRows);
    }
  });
}

async function readWhole(file: ColumnFile): Promise<Batch> {
  using database = await openDatabase();
  const [whole] = await Array.fromAsync(readWindows(database.connection, file, file.rows));
  return whole;
}
