import { alignColumns, displayWidth } from "./table_text.ts";

/**
 * A GitHub-flavoured Markdown table of texts, for results that are words and not summaries over seeds. Its columns
 * also line up in a terminal.
 *
 * @param head One heading a column.
 * @param rows As long as the head; texts are taken as Markdown.
 * @param leftAligned How many of the first columns stand left; the others stand right.
 */
export function markdownRows(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  leftAligned = 1,
): string {
  const aligned = alignColumns([head, ...rows], leftAligned);
  const rule = aligned[0].map((text, c) =>
    c < leftAligned ? "-".repeat(displayWidth(text)) : "-".repeat(displayWidth(text) - 1) + ":"
  );
  return [aligned[0], rule, ...aligned.slice(1)].map((row) => `| ${row.join(" | ")} |`).join("\n");
}
