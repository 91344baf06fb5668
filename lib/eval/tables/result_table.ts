import type { DataFrame } from "danfojs-node";
import { holm } from "../significance/holm.ts";
import { type MetricInfo, metricInfo } from "../metric_info.ts";
import { createFrame, type SeedSummary, summarizeCells } from "./table_frame.ts";
import { longFields, longRows } from "./table_long_form.ts";
import { checkRecords, described, keyId, type Keys, keysOf, type ResultRecord } from "./table_records.ts";
import { tableFootnotes } from "./table_footnotes.ts";

/** The p-value of one cell against the baseline: the keys of the cell, as in its records, and p. */
export interface CellTest {
  readonly p: number;
  readonly [key: string]: string | number | undefined;
}

export interface SignificanceOptions {
  readonly tests: readonly CellTest[];
  /** What the cells were tested against, for the footnote: `"equal weights"`. */
  readonly against: string;
  /** Default "holm": over the tested cells of one column, within one group of rows. */
  readonly correction?: "holm" | "none";
  /** Signature of the test, for the footnote. */
  readonly signature?: string;
}

export interface ResultTableOptions {
  readonly caption: string;
  /** LaTeX label, without the `tab:`. */
  readonly label?: string;
  /** Fields that make a row; the last one is compared, the others group. Default `["method"]`. */
  readonly rows?: readonly string[];
  /**
   * Field that parts the rows into sections, such as kinds of methods: a column before the rows, named where a section
   * begins. Unlike the grouping fields it parts no comparison: rows of all sections are compared.
   */
  readonly section?: string;
  /** Values of the last field of the rows that are bounds and no contestants: their rows are never the best. */
  readonly bounds?: readonly string[];
  /** Fields that make a column. Default `["task", "metric"]`. */
  readonly columns?: readonly string[];
  /** Order of the values of a field, and so of rows and columns; values not named follow as they first appear. */
  readonly order?: Readonly<Record<string, readonly string[]>>;
  /** What follows the mean: the sample standard deviation or the half-width of the 95% interval. Default "std". */
  readonly spread?: Spread;
  /** What differs from the known {@link MetricInfo} of each metric: decimals, direction, label, signature. */
  readonly metrics?: Readonly<Record<string, Partial<MetricInfo>>>;
  readonly significance?: SignificanceOptions;
  /** Printed after those that the table writes itself. */
  readonly footnotes?: readonly string[];
}

/** The measures of spread over seeds that a cell can show. */
export type Spread = "std" | "ci95";

/** One cell: a summary over seeds and its test against the baseline, null where there is none. */
export interface ResultCell extends SeedSummary {
  readonly p: number | null;
  /** p after the correction for many comparisons; the marks follow it. */
  readonly adjustedP: number | null;
}

export interface ResultColumn {
  readonly keys: Keys;
  readonly metric: MetricInfo;
}

/** A finished result table; {@link toMarkdown}, {@link toLatex} and {@link toCsv} print it. */
export interface ResultTable {
  readonly caption: string;
  readonly label?: string;
  /** The section first, where there is one. */
  readonly rowFields: readonly string[];
  /** How many of the row fields are a section: 0 or 1. */
  readonly sections: number;
  /** Values of the last row field of rows that are never the best. */
  readonly bounds: readonly string[];
  readonly columnFields: readonly string[];
  readonly spread: Spread;
  readonly rows: readonly Keys[];
  readonly columns: readonly ResultColumn[];
  /** cells[r][c] */
  readonly cells: readonly (readonly ResultCell[])[];
  /** Sentences, and signatures (which hold no space). */
  readonly footnotes: readonly string[];
  /** The cells in long form: the fields and numbers of {@link toCsv}, NaN where not defined. */
  readonly frame: DataFrame;
}

/**
 * Builds a result table from long-form records: mean and sample standard deviation over seeds, rows by columns.
 *
 * @throws {RangeError} No records; two records of one cell and seed; records of one cell that differ in
 *   dataset, backbone, method, task or metric, which a mean must not mix; a test with a p outside [0, 1], or of a cell
 *   that has no records or another test.
 * @throws {TypeError} A record without a field that makes rows or columns.
 */
export async function createResultTable(
  records: readonly ResultRecord[],
  options: ResultTableOptions,
): Promise<ResultTable> {
  const {
    caption,
    label,
    section,
    bounds = [],
    columns: columnFields = ["task", "metric"],
    spread = "std",
  } = options;
  const rowFields = [...section === undefined ? [] : [section], ...options.rows ?? ["method"]];
  const sections = section === undefined ? 0 : 1;
  const fields = [...rowFields, ...columnFields];
  checkRecords(records, fields);
  const summaries = await summarizeCells(
    records.map((record) => keyId(keysOf(record, fields))),
    records.map((record) => record.value),
  );

  const rows = distinctKeys(records, rowFields, options.order);
  const columns = distinctKeys(records, columnFields, options.order).map((keys) => ({
    keys,
    metric: metricOfColumn(keys, columnFields, records, options.metrics),
  }));
  const pValues = testsById(options.significance?.tests ?? [], fields, summaries);
  const untested = rows.map((row) =>
    columns.map(({ keys }) => {
      const id = keyId([...row, ...keys]);
      return { mean: null, std: null, ci95: null, n: 0, ...summaries.get(id), p: pValues.get(id) ?? null };
    })
  );
  const cells = adjust(untested, rowGroups({ rows, sections }), options.significance?.correction ?? "holm");

  const body = { caption, label, rowFields, sections, bounds, columnFields, spread, rows, columns, cells };
  return {
    ...body,
    footnotes: [...tableFootnotes(body, options.significance), ...options.footnotes ?? []],
    frame: await createFrame(
      longFields(body),
      longRows(body).map((row) => row.map((value) => value ?? NaN)),
      longFields(body).map((_, c) => c < fields.length ? "string" : "float32"),
    ),
  };
}

/** Rows that may be compared with one another, as their indices: those that differ in section and last field only. */
export function rowGroups({ rows, sections }: Pick<TableBody, "rows" | "sections">): number[][] {
  return [...Map.groupBy(rows.keys(), (r) => keyId(rows[r].slice(sections, -1))).values()];
}

/** Whether a row begins a section or a group. */
export function beginsPart(rows: readonly Keys[], r: number): boolean {
  return r === 0 || keyId(rows[r].slice(0, -1)) !== keyId(rows[r - 1].slice(0, -1));
}

/** A table without what is derived from it. */
export type TableBody = Omit<ResultTable, "footnotes" | "frame">;

/** The distinct values of `fields`, sorted by the order of each field's values, the first field first. */
function distinctKeys(
  records: readonly ResultRecord[],
  fields: readonly string[],
  order: ResultTableOptions["order"] = {},
): Keys[] {
  const ranks = fields.map((field) => {
    const values = new Set([...order[field] ?? [], ...records.map((record) => String(record[field]))]);
    return new Map([...values].map((value, rank) => [value, rank]));
  });
  const distinct = new Map(
    records.map((record) => keysOf(record, fields)).map((keys) => [keyId(keys), keys]),
  );
  return [...distinct.values()].sort((a, b) => {
    const k = a.findIndex((value, i) => value !== b[i]);
    return ranks[k].get(a[k])! - ranks[k].get(b[k])!;
  });
}

function metricOfColumn(
  keys: Keys,
  fields: readonly string[],
  records: readonly ResultRecord[],
  overrides: ResultTableOptions["metrics"] = {},
): MetricInfo {
  const names = fields.includes("metric")
    ? [keys[fields.indexOf("metric")]]
    : [...new Set(records.map((record) => record.metric))];
  if (names.length > 1) {
    throw new RangeError(
      `Cannot build a result table: a column holds the metrics ${names.join(", ")}, ` +
        `expected one, or "metric" among the columns`,
    );
  }
  return { ...metricInfo(names[0]), ...overrides[names[0]] };
}

function testsById(
  tests: readonly CellTest[],
  fields: readonly string[],
  summaries: ReadonlyMap<string, SeedSummary>,
): Map<string, number> {
  const pValues = new Map<string, number>();
  for (const test of tests) {
    const keys = keysOf(test, fields);
    const id = keyId(keys);
    const refuse = (state: string) => {
      throw new RangeError(`Cannot build a result table: the test of ${described(fields, keys)} ${state}`);
    };
    if (!summaries.has(id)) refuse("has no cell, expected records of it");
    if (pValues.has(id)) refuse("is given twice, expected once");
    if (!(test.p >= 0 && test.p <= 1)) refuse(`has p ${test.p}, expected a number from 0 to 1`);
    pValues.set(id, test.p);
  }
  return pValues;
}

/** Corrects the p-values of each column within each group of rows. */
function adjust(
  cells: readonly (readonly Omit<ResultCell, "adjustedP">[])[],
  groups: readonly (readonly number[])[],
  correction: "holm" | "none",
): ResultCell[][] {
  const adjusted: ResultCell[][] = cells.map((row) => row.map((cell) => ({ ...cell, adjustedP: cell.p })));
  if (correction === "none") return adjusted;
  for (const group of groups) {
    for (const c of cells[0].keys()) {
      const family = group.filter((r) => cells[r][c].p !== null);
      holm(family.map((r) => cells[r][c].p!)).forEach((adjustedP, k) => {
        adjusted[family[k]][c] = { ...cells[family[k]][c], adjustedP };
      });
    }
  }
  return adjusted;
}
