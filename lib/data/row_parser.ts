import { type CardColumn, type CardTask, labelCells, type TabularCard } from "./card.ts";
import { DataFormatError } from "./raw_lines.ts";

/** A parsed cell: `null` where the value or label is missing. */
export type Cell = string | null;

/**
 * Makes the strict parser of a card's lines. A parsed row has the fields in card order, then one cell a task: "1" or
 * "0", the place of a class, a number, or null without a label. A missing category is a category like any other, since that a value is missing tells something;
 * a missing number is null.
 *
 * The parser returns undefined for blank lines and comments, and throws a {@link DataFormatError} naming file, line
 * and column for anything that the card does not foresee.
 */
export function createRowParser(card: TabularCard): (line: string, at: LinePosition) => Cell[] | undefined {
  const { separator, missing, comment } = card.format;
  const width = card.columns.length;
  const fields = card.columns.flatMap((column, index) =>
    column.kind === "numeric" || column.kind === "categorical" ? [{ column, index }] : []
  );
  const labels = card.tasks.map((task) => ({
    index: card.columns.findIndex((column) => column.name === task.column),
    read: labelReader(task),
  }));

  return (line, at) => {
    if (line === "" || (comment !== undefined && line.startsWith(comment))) return undefined;
    const cells = line.split(separator);
    if (cells.length !== width) throw wrong(at, `found ${cells.length} columns`, `${width}`);
    for (const mark of reservedMarks) {
      if (line.includes(mark)) throw wrong(at, `found the control character ${JSON.stringify(mark)}`, "text");
    }
    const row: Cell[] = fields.map(({ column, index }) => parseField(cells[index], column, missing, at));
    for (const { index, read } of labels) row.push(read(cells[index], at));
    return row;
  };
}

/** Where a line stands. */
export interface LinePosition {
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

/** Characters that text data never hold: the staged rows use them as separators. */
export const reservedMarks = ["\0", "\r", "\x1e", "\x1f"] as const;

function parseField(cell: string, column: CardColumn, missing: string, at: LinePosition): Cell {
  if (column.kind === "categorical") return cell;
  return parseNumber(cell, column.name, [missing], at);
}

/** Reads the label cells of a task. */
function labelReader(task: CardTask): (cell: string, at: LinePosition) => Cell {
  const { column, missing } = task;
  if (task.kind === "regression") return (cell, at) => parseNumber(cell, column, missing, at);
  const meaning = new Map<string, Cell>([
    ...labelCells(task).flatMap(({ label, cells }) => cells.map((cell) => [cell, `${label}`] as const)),
    ...missing.map((cell) => [cell, null] as const),
  ]);
  return (cell, at) => {
    const label = meaning.get(cell);
    if (label !== undefined) return label;
    const known = [...meaning.keys()].map((cell) => JSON.stringify(cell)).join(", ");
    throw wrong(at, `column ${column} holds ${JSON.stringify(cell)}`, `one of ${known}`);
  };
}

function parseNumber(cell: string, column: string, missing: readonly string[], at: LinePosition): Cell {
  if (missing.includes(cell)) return null;
  if (decimalNumber.test(cell) && Number.isFinite(Number(cell))) return cell;
  const known = ["a number", ...missing.map((cell) => JSON.stringify(cell))].join(" or ");
  throw wrong(at, `column ${column} holds ${JSON.stringify(cell)}`, known);
}

const decimalNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function wrong({ file, line }: LinePosition, state: string, expected: string): DataFormatError {
  return new DataFormatError(`Cannot read line ${line} of ${file}: ${state}, expected ${expected}`);
}
