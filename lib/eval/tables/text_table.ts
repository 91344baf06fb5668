import { markdownRows } from "./markdown_rows.ts";
import { alignColumns, isSignature } from "./table_text.ts";
import { escape, floatLines } from "./table_latex.ts";
import { escapeMarkdown } from "./table_markdown.ts";

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
export function textTableToMarkdown({ caption, head, rows, leftAligned, footnotes }: TextTable): string {
  const escaped = (texts: readonly string[]) => texts.map(escapeMarkdown);
  const notes = footnotes.map((note) => `- ${isSignature(note) ? `\`${note}\`` : escapeMarkdown(note)}`);
  return [
    `**${escapeMarkdown(caption)}**`,
    markdownRows(escaped(head), rows.map(escaped), leftAligned),
    notes.join("\n"),
  ].join("\n\n") + "\n";
}

/** A float in the style of booktabs, as `toLatex` prints it. */
export function textTableToLatex(table: TextTable): string {
  const { head, rows, leftAligned = 1 } = table;
  const [first, ...body] = alignColumns([head, ...rows].map((texts) => texts.map(escape)), leftAligned)
    .map((texts) => texts.join(" & ") + " \\\\");
  return floatLines(table, [
    `\\begin{tabular}{${"l".repeat(leftAligned)}${"r".repeat(head.length - leftAligned)}}`,
    "\\toprule",
    first,
    "\\midrule",
    ...body,
    "\\bottomrule",
    "\\end{tabular}",
  ]).join("\n");
}
