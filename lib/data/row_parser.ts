import type { CardColumn, TabularCard } from "./card.ts";
import { DataFormatError } from "./raw_lines.ts";

/** A parsed cell: `null` where the value or label is missing. */
export type Cell = string | null;

/**
 * Makes the strict parser of a card's lines. A parsed row has the fields in card order, then one cell a task:
 * "1", "0" or null. A missing category is a category like any other, since that a value is missing tells something;
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
    name: task.column,
    index: card.columns.findIndex((column) => column.name === task.column),
    meaning: new Map<string, Cell>([
      ...task.positive.map((cell) => [cell, "1"] as const),
      ...task.negative.map((cell) => [cell, "0"] as const),
      ...task.missing.map((cell) => [cell, null] as const),
    ]),
  }));

  return (line, at) => {
    if (line === "" || (comment !== undefined && line.startsWith(comment))) return undefined;
    const cells = line.split(separator);
    if (cells.length !== width) throw wrong(at, `found ${cells.length} columns`, `${width}`);
    for (const mark of reservedMarks) {
      if (line.includes(mark)) throw wrong(at, `found the control character ${JSON.stringify(mark)}`, "text");
    }
    const row: Cell[] = fields.map(({ column, index }) => parseField(cells[index], column, missing, at));
    for (const { name, index, meaning } of labels) {
      const label = meaning.get(cells[index]);
      if (label === undefined) {
        const known = [...meaning.keys()].map((cell) => JSON.stringify(cell)).join(", ");
        throw wrong(at, `column ${name} holds ${JSON.stringify(cells[index])}`, `one of ${known}`);
      }
      row.push(label);
    }
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
  if (cell === missing) return null;
  if (decimalNumber.test(cell) && Number.isFinite(Number(cell))) return cell;
  throw wrong(
    at,
    `column ${column.name} holds ${JSON.stringify(cell)}`,
    `a number or ${JSON.stringify(missing)}`,
  );
}

const decimalNumber = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?$/;

function wrong({ file, line }: LinePosition, state: string, expected: string): DataFormatError {
  return new DataFormatError(`Cannot read line ${line} of ${file}: ${state}, expected ${expected}`);
}
