import type { ResultTable } from "./result_table.ts";
import { longFields, longRows } from "./table_long_form.ts";

/**
 * A table as CSV for machines (RFC 4180, lines end in LF): a line for each cell, with the row fields, the column
 * fields, and `mean,std,ci95,n,p,p_adjusted` in full precision. What is not defined is empty.
 */
export function toCsv(table: ResultTable): string {
  const lines = [longFields(table), ...longRows(table)];
  return lines.map((line) => line.map(field).join(",") + "\n").join("");
}

function field(value: string | number | null): string {
  const text = value === null ? "" : String(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
