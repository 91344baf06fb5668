import { alignColumns } from "./table_text.ts";

/**
 * Rows as lines for a terminal, two blanks between columns and none at the end of a line.
 *
 * @param rows The heading among them; all of one length.
 * @param leftAligned How many of the first columns stand left; the others stand right.
 */
export function plainTable(rows: readonly (readonly string[])[], leftAligned: number): string {
  return alignColumns(rows, leftAligned).map((row) => row.join("  ").trimEnd()).join("\n");
}
