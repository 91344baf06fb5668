import { DataFormatError } from "../raw_lines.ts";
import { readTextLines } from "../text_lines.ts";
import { type FoundReview, MalformedRecord, numberOf } from "./record.ts";

const required = ["user", "item", "rating", "text"];
const optional = ["id", "category", "time"];
/** Lines that one quoted cell may span: more is a quote that was never closed. */
const longest = 1000;

/**
 * Reviews as CSV with a header: columns `user`, `item`, `rating` and `text` in any order, and `id`, `category` and `time`
 * (seconds) where they are known; other columns are not read. Cells may be quoted, and then hold commas, line ends and
 * doubled quotes (RFC 4180).
 *
 * @throws {DataFormatError} The header lacks a column.
 */
export async function* csvReviews(path: string): AsyncGenerator<FoundReview> {
  let header: string[] | undefined, line = 0, start = 1;
  let pending: string[] = [];
  for await (const text of readTextLines(path)) {
    line++;
    if (pending.length === 0 && text.trim() === "") continue;
    if (pending.length === 0) start = line;
    pending.push(text);
    // A record is whole where its quotes are even: a doubled quote is two.
    const cells = pending.length === 1 && !text.includes('"') ? text.split(",") : cellsOf(pending.join("\n"));
    if (cells === undefined) {
      if (pending.length < longest) continue;
      pending = [];
      yield { line: start, found: new MalformedRecord("a quote that is not closed") };
      continue;
    }
    pending = [];
    if (header === undefined) header = checkedHeader(cells, path);
    else yield { line: start, found: reviewOf(cells, header) };
  }
  if (pending.length > 0) yield { line: start, found: new MalformedRecord("a quote that is not closed") };
}

function checkedHeader(cells: string[], path: string): string[] {
  const names = cells.map((cell) => cell.trim());
  const missing = required.filter((name) => !names.includes(name));
  if (missing.length === 0) return names;
  throw new DataFormatError(
    `Cannot read ${path}: its header has no column ${missing.join(", ")}, expected user,item,rating,text` +
      ` and, where known, ${optional.join(", ")}`,
  );
}

function reviewOf(cells: readonly string[], header: readonly string[]) {
  if (cells.length !== header.length) {
    return new MalformedRecord(`${cells.length} columns instead of ${header.length}`);
  }
  const cell = (name: string) => {
    const index = header.indexOf(name);
    return index < 0 ? undefined : cells[index];
  };
  return {
    id: cell("id"),
    user: cell("user"),
    item: cell("item"),
    category: cell("category"),
    rating: numberOf(cell("rating")),
    text: cell("text"),
    time: numberOf(cell("time")),
  };
}

/** The cells of a record, undefined if a quote is open at its end. */
function cellsOf(record: string): string[] | undefined {
  const cells: string[] = [];
  for (let at = 0; at <= record.length;) {
    if (record[at] !== '"') {
      const comma = record.indexOf(",", at), end = comma < 0 ? record.length : comma;
      cells.push(record.slice(at, end));
      at = end + 1;
      continue;
    }
    let end = record.indexOf('"', at + 1);
    while (end >= 0 && record[end + 1] === '"') end = record.indexOf('"', end + 2);
    if (end < 0) return undefined;
    const comma = record.indexOf(",", end), stop = comma < 0 ? record.length : comma;
    cells.push(record.slice(at + 1, end).replaceAll('""', '"') + record.slice(end + 1, stop));
    at = stop + 1;
  }
  return cells;
}
