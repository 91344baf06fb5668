import { beginsPart, type ResultTable } from "./result_table.ts";
import {
  alignColumns,
  type CellText,
  cellTexts,
  columnHeadings,
  isSignature,
  rowHeadings,
  rowTexts,
} from "./table_text.ts";

/**
 * A table as a LaTeX float in the style of booktabs (`\usepackage{booktabs}`): equal neighbours in the headings share
 * a spanning head, a thin rule parts sections and groups of rows, footnotes stand below in small type.
 */
export function toLatex(table: ResultTable): string {
  const { rowFields, rows, columns } = table, keys = rowTexts(table);
  const body = alignColumns(
    cellTexts(table).map((row, r) => [...keys[r].map(escape), ...row.map(cell)]),
    rowFields.length,
  ).map(latexRow).flatMap((line, r) => r > 0 && beginsPart(rows, r) ? ["\\midrule", line] : [line]);
  return latexFloat(table, {
    columns: "l".repeat(rowFields.length) + "r".repeat(columns.length),
    head: headLines(table),
    body,
  });
}

/** One line for each column field; all but the last with spanning heads and their rules. */
function headLines(table: ResultTable): string[] {
  const { rowFields, columnFields } = table;
  return columnHeadings(table).flatMap((headings, level) => {
    const last = level === columnFields.length - 1;
    const left = last ? rowHeadings(table).map(escape) : rowFields.map(() => "");
    if (last) return [latexRow([...left, ...headings.map(escape)])];
    const spans = runs(table.columns.map(({ keys }) => JSON.stringify(keys.slice(0, level + 1))));
    const heads = spans.map(([from, to]) => `\\multicolumn{${to - from}}{c}{${escape(headings[from])}}`);
    const rules = spans.map(([from, to]) =>
      `\\cmidrule(lr){${rowFields.length + from + 1}-${rowFields.length + to}}`
    );
    return [latexRow([...left, ...heads]), rules.join(" ")];
  });
}

/** The runs of equal neighbours, as [from, to). */
function runs(values: readonly string[]): [from: number, to: number][] {
  const starts = [...values.keys()].filter((i) => i === 0 || values[i] !== values[i - 1]);
  return starts.map((from, k) => [from, starts[k + 1] ?? values.length]);
}

function cell(text: CellText | undefined): string {
  if (!text) return "---";
  const mean = text.best ? `\\mathbf{${text.mean}}` : text.mean;
  const spread = text.spread && ` \\pm ${text.spread}`;
  const mark = text.mark && `^{${text.mark}}`;
  return `$${mean}${spread}${mark}$`;
}

/** A note below a table. */
function footnote(note: string): string {
  // A signature is one long word: it may break after each bar.
  const text = isSignature(note)
    ? `\\texttt{${note.split("|").map(escape).join("|\\allowbreak ")}}`
    : escape(note);
  return `\\par\\smallskip{\\footnotesize ${text}}`;
}

const literals: Readonly<Record<string, string>> = {
  "\\": "\\textbackslash{}",
  "{": "\\{",
  "}": "\\}",
  "$": "\\$",
  "&": "\\&",
  "#": "\\#",
  "%": "\\%",
  "_": "\\_",
  "^": "\\textasciicircum{}",
  "~": "\\textasciitilde{}",
  "<": "\\textless{}",
  ">": "\\textgreater{}",
  "|": "\\textbar{}",
  "↑": "$\\uparrow$",
  "↓": "$\\downarrow$",
  "→": "$\\rightarrow$",
  "±": "$\\pm$",
  "≤": "$\\leq$",
  "Δ": "$\\Delta$",
  "—": "---",
};

/** A line of cells. */
export const latexRow = (cells: readonly string[]) => cells.join(" & ") + " \\\\";

/** A table float: `columns` says how each one stands, `head` and `body` are lines. */
export function latexFloat(
  { caption, label, footnotes }: Pick<ResultTable, "caption" | "label" | "footnotes">,
  { columns, head, body }: { columns: string; head: readonly string[]; body: readonly string[] },
): string {
  return [
    "\\begin{table}[t]",
    "\\centering",
    `\\caption{${escape(caption)}}`,
    ...label === undefined ? [] : [`\\label{tab:${label}}`],
    `\\begin{tabular}{${columns}}`,
    "\\toprule",
    ...head,
    "\\midrule",
    ...body,
    "\\bottomrule",
    "\\end{tabular}",
    ...footnotes.map(footnote),
    "\\end{table}",
    "",
  ].join("\n");
}

/** Text with every character that LaTeX reads as a command, and the signs that tables use, made printable. */
export function escape(text: string): string {
  return text.replace(/\s+/g, " ")
    .replace(/[\\{}$&#%_^~<>|↑↓→±≤Δ—]/g, (character) => literals[character])
    // After the end of a line or a rule, a bracket or asterisk would be read as its option.
    .replace(/^(?=[[*])/, "{}");
}
