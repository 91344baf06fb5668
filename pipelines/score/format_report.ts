import { plainTable } from "../../lib/eval/mod.ts";
import type { MetricReport, ScoreReport, ScoreRequest } from "./score_files.ts";

/** A report for people: a line a metric, and the signatures of all below. */
export function formatReport(request: ScoreRequest, report: ScoreReport): string {
  const { hypotheses, references, baseline } = request;
  const { lines, emptyHypotheses, scores, resampling } = report;
  const head = [
    `${hypotheses}: ${lines.toLocaleString("en-US")} ${lines === 1 ? "line" : "lines"}` +
    (emptyHypotheses > 0 ? `, ${emptyHypotheses.toLocaleString("en-US")} of them empty` : "") +
    (references.length > 0 ? `, against ${references.join(", ")}` : "") +
    (baseline === undefined ? "" : `; baseline ${baseline}`),
  ];
  const columns: [heading: string, cell: (report: MetricReport) => string | undefined][] = [
    ["score", (report) => report.score.toFixed(report.decimals)],
    [
      "95% interval",
      ({ interval, decimals }) => interval?.map((bound) => bound.toFixed(decimals)).join(" to "),
    ],
    ["baseline", ({ baseline, decimals }) => baseline?.score.toFixed(decimals)],
    ["difference", ({ baseline, decimals }) => {
      if (baseline === undefined) return undefined;
      const text = baseline.difference.toFixed(decimals);
      return `${baseline.difference > 0 ? "+" : ""}${text}`;
    }],
    ["p", ({ baseline }) => baseline?.p === undefined ? undefined : baseline.p.toFixed(4) + baseline.mark],
  ];
  const shown = columns.filter(([, cell]) => scores.some((report) => cell(report) !== undefined));
  const table = [
    ["metric", ...shown.map(([heading]) => heading)],
    ...scores.map((report) => [report.label, ...shown.map(([, cell]) => cell(report) ?? "")]),
  ];
  const notes = [
    ...new Set(scores.map(({ signature }) => signature)),
    ...resampling === undefined ? [] : [resampling],
  ];
  const marks = scores.some(({ baseline }) => baseline?.mark) ? ["* p < .05, ** p < .01", ""] : [];
  return [...head, "", plainTable(table, 1), "", ...marks, ...notes, ""].join("\n");
}
