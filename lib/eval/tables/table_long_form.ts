import type { TableBody } from "./result_table.ts";

/** Names of the long form's columns: the row fields, the column fields, and the numbers of a cell. */
export function longFields({ rowFields, columnFields }: TableBody): string[] {
  return [...rowFields, ...columnFields, "mean", "std", "ci95", "n", "p", "p_adjusted"];
}

/** A table in long form, one line for each cell, in the order of {@link longFields}; null where not defined. */
export function longRows({ rows, columns, cells }: TableBody): (string | number | null)[][] {
  return rows.flatMap((row, r) =>
    columns.map(({ keys }, c) => {
      const { mean, std, ci95, n, p, adjustedP } = cells[r][c];
      return [...row, ...keys, mean, std, ci95, n, p, adjustedP];
    })
  );
}
