import type { SignificanceOptions, Spread, TableBody } from "./result_table.ts";

/** What the reader of a table must know: spread, bold, marks, dashes, and the signature of every metric and test. */
export function tableFootnotes(table: TableBody, significance?: SignificanceOptions): string[] {
  const cells = table.cells.flat();
  const seeds = cells.map(({ n }) => n).filter((n) => n > 0);
  const judged = table.columns.some(({ metric }) => metric.direction !== "none") && table.rows.length > 1;
  const groups = table.rowFields.slice(table.sections, -1);
  const bounds = table.bounds.filter((bound) => table.rows.some((keys) => keys.at(-1) === bound));
  const notes = [
    spreadNote(table.spread, Math.min(...seeds), Math.max(...seeds)) +
    (judged ? "; bold: best of its column" : "") +
    (judged && groups.length > 0 ? ` within the same ${groups.join(" and ")}` : "") +
    (judged && bounds.length > 0 ? `, ${bounds.join(" and ")} left out` : ""),
  ];
  if (significance && cells.some(({ p }) => p !== null)) {
    const corrected = significance.correction === "none"
      ? "not corrected"
      : "Holm-corrected within each column";
    notes.push(`Differs from ${significance.against}: * p < .05, ** p < .01, two-sided, ${corrected}`);
  }
  if (cells.some(({ mean }) => mean === null)) notes.push("—: not run, or a seed gave no finite value");
  const signatures = table.columns.map(({ metric }) => metric.signature);
  notes.push(
    ...new Set([...signatures, significance?.signature].filter((signature) => signature !== undefined)),
  );
  return notes;
}

function spreadNote(spread: Spread, fewest: number, most: number): string {
  if (most === 1) return "One seed";
  const measure = { std: "sample standard deviation", ci95: "half-width of the 95% t interval" }[spread];
  return `Mean ± ${measure} over ${fewest === most ? most : `${fewest} to ${most}`} seeds`;
}
