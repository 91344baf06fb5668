import type { DataFrame } from "danfojs-node";
import { studentMargin } from "../significance/student_t.ts";

/** Mean and sample standard deviation of a cell over its n seeds; null where not defined. */
export interface SeedSummary {
  readonly mean: number | null;
  readonly std: number | null;
  /** Half-width of the 95% interval of the mean: `t_{.975, n-1} std / sqrt n`. */
  readonly ci95: number | null;
  readonly n: number;
}

/**
 * Mean, sample standard deviation (divisor n - 1) and 95% interval of the values of each cell.
 *
 * One value that is missing or not finite leaves the cell without a mean: a mean over the other seeds would flatter a
 * method that diverges.
 *
 * @param cells Cell of each value, any text.
 */
export async function summarizeCells(
  cells: readonly string[],
  values: readonly (number | null)[],
): Promise<Map<string, SeedSummary>> {
  // The frame groups by one key only, and that a number: danfojs joins several keys with "-" and so takes
  // ("a-b", "c") and ("a", "b-c") for the same group.
  const names = [...new Set(cells)];
  const numbers = new Map(names.map((name, number) => [name, number]));
  const rows = cells.map((cell, i) => [numbers.get(cell)!, finite(values[i]) ?? NaN]);
  const frame = await createFrame(["cell", "value"], rows, ["int32", "float32"]);
  const grouped = frame.groupby(["cell"]).agg({ value: ["mean", "std", "count"] });
  const summaries = new Map<string, SeedSummary>();
  for (const [cell, mean, deviation, n] of grouped.values as [number, number, number, number][]) {
    // danfojs gives a single value the deviation 0, where there is none.
    const std = n > 1 ? finite(deviation) : null;
    const ci95 = std === null ? null : studentMargin(.95, n - 1) * std / Math.sqrt(n);
    summaries.set(names[cell], { mean: finite(mean), std, ci95, n });
  }
  return summaries;
}

/**
 * A danfojs DataFrame. The library is loaded on the first call: it takes half a second, which those who only want a
 * metric should not pay. The types are given, because guesses from the first rows go wrong on columns of NaN.
 */
export async function createFrame(
  columns: string[],
  rows: readonly (readonly (string | number)[])[],
  dtypes: ("string" | "int32" | "float32")[],
): Promise<DataFrame> {
  const { DataFrame } = await import("danfojs-node");
  return new DataFrame(rows as (string | number)[][], { columns, dtypes });
}

/** The number, or null where it is missing or not finite. */
function finite(value: number | null | undefined): number | null {
  return Number.isFinite(value) ? value! : null;
}
