import type { ResultTable } from "./result_table.ts";
import { markdownRows } from "./markdown_rows.ts";
import {
  type CellText,
  cellTexts,
  columnHeadings,
  isSignature,
  rowHeadings,
  rowTexts,
} from "./table_text.ts";

/**
 * A table as GitHub-flavoured Markdown, with columns that also line up in a terminal: caption, table, footnotes.
 * The best of each column is bold; a cell without a value is an em dash.
 */
export function toMarkdown(table: ResultTable): string {
  const { rowFields, columns } = table;
  const headings = columnHeadings(table);
  const cells = cellTexts(table);
  const bodies = columns.map((_, c) => markUpColumn(cells.map((row) => row[c])));
  const heads = [
    ...rowHeadings(table),
    ...columns.map((_, c) => headings.map((level) => level[c]).join(" ")),
  ];
  const rows = rowTexts(table)
    .map((keys, r) => [...keys.map(escapeMarkdown), ...bodies.map((body) => body[r])]);
  return withCaptionAndNotes(table, markdownRows(heads.map(escapeMarkdown), rows, rowFields.length));
}

/** The caption above the lines of a table, and its footnotes below. */
export function withCaptionAndNotes(
  { caption, footnotes }: Pick<ResultTable, "caption" | "footnotes">,
  lines: string,
): string {
  const notes = footnotes.map((note) => `- ${isSignature(note) ? `\`${note}\`` : escapeMarkdown(note)}`);
  return [`**${escapeMarkdown(caption)}**`, lines, notes.join("\n")].join("\n\n") + "\n";
}

/** Marks up the cells of one column so that means, spreads and marks stand below one another. */
function markUpColumn(cells: readonly (CellText | undefined)[]): string[] {
  const anyBold = cells.some((cell) => cell?.best);
  const parts = cells.map((cell) => {
    if (!cell) return ["", "", ""];
    // Without bold, spaces stand where other rows have its asterisks.
    const mean = cell.best ? `**${cell.mean}**` : anyBold ? `  ${cell.mean}  ` : cell.mean;
    // A mark stands alone: an asterisk between spaces is not emphasis.
    return [mean, cell.spread && ` ± ${cell.spread}`, cell.mark && ` ${cell.mark}`];
  });
  const widths = [0, 1, 2].map((k) => Math.max(...parts.map((part) => part[k].length)));
  return cells.map((cell, i) => {
    const [mean, spread, mark] = parts[i];
    return cell ? mean.padStart(widths[0]) + spread.padStart(widths[1]) + mark.padEnd(widths[2]) : "—";
  });
}

/** Text that Markdown would read as markup, made literal; a sign between spaces is literal as it is. */
export function escapeMarkdown(text: string): string {
  return text.replace(/\s+/g, " ").replace(
    /(?<=\s)(\*{1,2}|[<~])(?!\S)|[\\`|[\]*<~]|&(?=[#\w]+;)|(?<![^\W_])_|_(?![^\W_])/gu,
    (sign, alone) => alone ?? `\\${sign}`,
  );
}
