import type { MetricInfo } from "../metric_info.ts";
import { type ResultTable, rowGroups } from "./result_table.ts";
import { significanceMark } from "../significance/compare_models.ts";

/** The texts of one cell, before any markup; undefined stands for a cell without a mean. */
export interface CellText {
  readonly mean: string;
  /** Empty with a single seed. */
  readonly spread: string;
  readonly mark: "" | "*" | "**";
  /** Whether it is the best of its column, as printed, among the rows that it may be compared with. */
  readonly best: boolean;
}

/** Rounds the cells and picks the best of each column. */
export function cellTexts(table: ResultTable): (CellText | undefined)[][] {
  const texts = table.cells.map((row) =>
    row.map((cell, c) => {
      const { metric } = table.columns[c];
      const { mean, adjustedP, [table.spread]: spread } = cell;
      return mean === null ? undefined : {
        mean: formatNumber(mean, metric),
        spread: spread === null ? "" : spread.toFixed(metric.decimals),
        mark: adjustedP === null ? "" as const : significanceMark(adjustedP),
        best: false,
      };
    })
  );
  for (const group of rowGroups(table)) {
    table.columns.forEach(({ metric }, c) => {
      const rivals = group.filter((r) => texts[r][c] && !table.bounds.includes(table.rows[r].at(-1)!));
      if (rivals.length < 2 || metric.direction === "none") return;
      // Judged as printed: what looks equal is equally bold.
      const losses = rivals.map((r) => loss(texts[r][c]!.mean, metric));
      const least = Math.min(...losses);
      rivals.forEach((r, k) => texts[r][c] = { ...texts[r][c]!, best: losses[k] === least });
    });
  }
  return texts;
}

/** Rounds to so many decimals, or to those of a metric; a zero carries no sign. */
export function formatNumber(
  value: number,
  { decimals, signed }: Pick<MetricInfo, "decimals" | "signed">,
): string {
  const text = value.toFixed(decimals);
  if (Number(text) === 0) return text.replace("-", "");
  return signed && value > 0 ? `+${text}` : text;
}

/** Heading of a metric: its label and which way is better. */
function metricHeading({ label, direction }: MetricInfo): string {
  return label + { higher: " ↑", lower: " ↓", one: " →1", none: "" }[direction];
}

/** How far a printed value is from the best there could be; for comparison only. */
function loss(printed: string, { direction, decimals }: MetricInfo): number {
  const value = Number(printed);
  // Rounded again: 1.1 - 1 and 1 - 0.9 differ in their last bits.
  if (direction === "one") return Number(Math.abs(value - 1).toFixed(decimals));
  return direction === "higher" ? -value : value;
}

/** Headings of the row fields: their names, capitalised. */
export function rowHeadings({ rowFields }: ResultTable): string[] {
  return rowFields.map((field) => field.charAt(0).toUpperCase() + field.slice(1));
}

/** Headings of the column fields, one list per field: the metric by its heading, the others by their value. */
export function columnHeadings({ columnFields, columns }: ResultTable): string[][] {
  return columnFields.map((field, k) =>
    columns.map(({ keys, metric }) => field === "metric" ? metricHeading(metric) : keys[k])
  );
}

/** The keys of each row as they are printed: a section is named where it begins. */
export function rowTexts({ rows, sections }: ResultTable): string[][] {
  return rows.map((keys, r) =>
    keys.map((key, k) => k < sections && r > 0 && rows[r - 1][k] === key ? "" : key)
  );
}

/** A signature has no space; a sentence has. Signatures are set in a fixed-width face. */
export const isSignature = (footnote: string) => !/\s/.test(footnote);

/** Pads the cells of each column to one width of at least 3, the first `leftAligned` columns behind the text. */
export function alignColumns(rows: readonly (readonly string[])[], leftAligned: number): string[][] {
  const widths = rows[0].map((_, c) => Math.max(3, ...rows.map((row) => displayWidth(row[c]))));
  return rows.map((row) =>
    row.map((text, c) => {
      const padding = " ".repeat(widths[c] - displayWidth(text));
      return c < leftAligned ? text + padding : padding + text;
    })
  );
}

/** Columns that a text takes in a terminal: one for each grapheme, two for East Asian ones. */
export function displayWidth(text: string): number {
  let width = 0;
  for (const { segment } of graphemes.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" });
const wide =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\uff01-\uff60]/u;
