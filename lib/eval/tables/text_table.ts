import { markdownRows } from "./markdown_rows.ts";
import { alignColumns } from "./table_text.ts";
import { escape, latexFloat, latexRow } from "./table_latex.ts";
import { escapeMarkdown, withCaptionAndNotes } from "./table_markdown.ts";

/** A table of texts, for results that are no summaries over seeds, printed like a result table. */
export interface TextTable {
  readonly caption: string;
  /** LaTeX label, without the `tab:`. */
  readonly label?: string;
  /** One heading a column. */
  readonly head: readonly string[];
  /** As long as the head. */
  readonly rows: readonly (readonly string[])[];
  /** How many of the first columns stand left; the others stand right. Default 1. */
  readonly leftAligned?: number;
  /** Sentences, and signatures (which hold no space). */
  readonly footnotes: readonly string[];
}

/** Caption, table and footnotes as `toMarkdown` prints them. */
export function textTableToMarkdown(table: TextTable): string {
  const { head, rows, leftAligned } = table;
  const escaped = (texts: readonly string[]) => texts.map(escapeMarkdown);
  return withCaptionAndNotes(table, markdownRows(escaped(head), rows.map(escaped), leftAligned));
}

/** A float in the style of booktabs, as `toLatex` prints it. */
export function textTableToLatex(table: TextTable): string {
  const { head, rows, leftAligned = 1 } = table;
  const [first, ...body] = alignColumns([head, ...rows].map((texts) => texts.map(escape)), leftAligned)
    .map(latexRow);
  return latexFloat(table, {
    columns: "l".repeat(leftAligned) + "r".repeat(head.length - leftAligned),
    head: [first],
    body,
  });
}
