import type { DuckDBConnection } from "@duckdb/node-api";
import { basename, join } from "node:path";
import { fieldColumns, type TabularCard } from "./card.ts";
import { literal } from "./database.ts";
import { DataFormatError, readLines } from "./raw_lines.ts";
import { createRowParser } from "./row_parser.ts";

/**
 * Loads the raw files of a card into the table `source`: `row` BIGINT (from 0, through all files), one VARCHAR or
 * DOUBLE column a field, one FLOAT column a task (DOUBLE if it is a regression).
 *
 * The rows pass the strict parser line by line into a plain file in `folder`, which DuckDB then loads: neither step
 * needs the rows in memory at once.
 *
 * @returns The number of rows.
 */
export async function stageRows(
  connection: DuckDBConnection,
  card: TabularCard,
  paths: readonly string[],
  folder: string,
): Promise<number> {
  const staged = join(folder, "rows.txt");
  const rows = await writeParsedRows(card, paths, staged);
  const columns = [
    ["row", "BIGINT"],
    ...fieldColumns(card).map(({ name, kind }) => [name, kind === "numeric" ? "DOUBLE" : "VARCHAR"]),
    ...card.tasks.map(({ name, kind }) => [name, kind === "regression" ? "DOUBLE" : "FLOAT"]),
  ].map(([name, type]) => `${literal(name)}: '${type}'`);
  await connection.run(
    `CREATE TABLE source AS SELECT * FROM read_csv(${literal(staged)}, columns = {${columns.join(", ")}},
       auto_detect = false, header = false, delim = ${literal(cellEnd)}, nullstr = ${literal(nullMark)},
       quote = '', escape = '', new_line = '\\n')`,
  );
  await Deno.remove(staged);
  return rows;
}

/** Marks of the staged file; the parser refuses lines that hold them. */
const cellEnd = "\x1f";
const nullMark = "\x1e";

async function writeParsedRows(card: TabularCard, paths: readonly string[], target: string): Promise<number> {
  const parse = createRowParser(card);
  const encoder = new TextEncoder();
  const file = await Deno.open(target, { write: true, createNew: true });
  const writer = file.writable.getWriter();
  let row = 0;
  try {
    for (const path of paths) {
      const name = basename(path);
      const firstRow = row;
      for await (const { first, lines } of readLines(path)) {
        let text = "";
        for (let i = 0; i < lines.length; i++) {
          const cells = parse(lines[i], { file: name, line: first + i });
          if (cells === undefined) continue;
          text += row++;
          for (const cell of cells) text += cellEnd + (cell ?? nullMark);
          text += "\n";
        }
        await writer.write(encoder.encode(text));
      }
      if (row === firstRow) {
        throw new DataFormatError(
          `Cannot read ${name}: it holds no rows, expected lines of ${card.columns.length} columns`,
        );
      }
    }
  } finally {
    await writer.close();
  }
  return row;
}
