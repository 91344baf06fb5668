import * as v from "valibot";
import {
  type Descent,
  FRONT_TOLERANCE,
  type KnownOutcome,
  knownOutcomes,
  type Point,
  toySettings,
} from "../../lib/balance/toy/mod.ts";
import { formatNumber, markdownRows } from "../../lib/eval/mod.ts";
import { defineStage } from "../../lib/pipeline/mod.ts";
import { frontsOf, type ToyRun } from "./toy_run.ts";

/** Front or stuck for each start and method, where each ended, and whether that agrees with what is known. */
export default defineStage({
  name: "toy-table",
  module: import.meta.url,
  params: v.object({}),
  inputs: ["runs"],
  outputs: ["toy.md", "toy.csv"],
  async run(ctx) {
    const runs: ToyRun[] = await Promise.all(
      ctx.inputList("runs").map(async (path) => JSON.parse(await Deno.readTextFile(path))),
    );
    await Deno.writeTextFile(ctx.outputs["toy.md"], toyMarkdown(runs));
    await Deno.writeTextFile(ctx.outputs["toy.csv"], toyCsv(runs));
  },
});

/** The tables as Markdown, one section a setting. */
export function toyMarkdown(runs: readonly ToyRun[]): string {
  const bySetting = Map.groupBy(runs, ({ scale }) => scale);
  return [
    "# Two objectives: front or stuck",
    "Two losses on a plane, with two valleys on the way to the Pareto set in which descent gets stuck; s scales the " +
    "first loss. Each method descends with Adam (step size 1e-3) from each start. A run is on the front if it ends " +
    `nearer than ${FRONT_TOLERANCE} to the Pareto set, x1 from -7 to 7 and x2 near -8.4. The methods read losses ` +
    "above their lower bounds, L1 + 20 s and L2 + 20. `toy.svg` shows the way that each took.",
    verdict(runs),
    ...[...bySetting].flatMap(([, runs]) => sectionOf(runs)),
  ].join("\n\n") + "\n";
}

/** One line that says how many of the known outcomes hold, and which do not. */
function verdict(runs: readonly ToyRun[]): string {
  const compared = runs.flatMap((run) => {
    const known = knownOutcome(run);
    return known === undefined ? [] : [{ run, known, fronts: frontsOf(run) }];
  });
  if (compared.length === 0) return "No outcome of these methods is known to compare with.";
  const differing = compared.filter(({ known, fronts }) => known.fronts !== fronts);
  const named = differing.map(({ run, known, fronts }) =>
    `${run.method} at s = ${run.scale} (${fronts} instead of ${known.fronts})`
  );
  return `Of ${compared.length} known outcomes ${compared.length - differing.length} hold` +
    (named.length === 0 ? "." : `; not those of ${named.join(", ")}.`);
}

function sectionOf(runs: readonly ToyRun[]): string[] {
  const { scale } = runs[0];
  const { starts, source } = toySettings[scale];
  const iterations = [...new Set(runs.map(({ iterations }) => iterations.toLocaleString("en-US")))];
  const heads = starts.map((start) => `from ${point(start, 1)}`);
  const anyKnown = runs.some((run) => knownOutcome(run) !== undefined);
  const outcomes = runs.map((run) => [
    cell(run.method),
    ...run.descents.map(({ outcome }) => outcome === "front" ? "front" : `**${outcome}**`),
    `${frontsOf(run)} of ${starts.length}`,
    ...anyKnown ? [knownOutcome(run) === undefined ? "" : String(knownOutcome(run)!.fronts)] : [],
  ]);
  const ends = runs.map((run) => [cell(run.method), ...run.descents.map(endOf)]);
  const refusals = runs.flatMap(({ method, descents }) =>
    descents.filter(({ reason }) => reason !== undefined).slice(0, 1).map(({ reason }) =>
      `- ${method}: ${reason}`
    )
  );
  const notes = runs.flatMap((run) => {
    const note = knownOutcome(run)?.note;
    return note === undefined ? [] : [`- ${run.method}: ${note}`];
  });
  return [
    `## s = ${scale}: ${source}`,
    `${iterations.join(" or ")} steps.${
      anyKnown
        ? " The last column is the number of starts from which the method is known to reach the front."
        : ""
    }`,
    markdownRows(["Method", ...heads, "on the front", ...anyKnown ? ["known"] : []], outcomes),
    ...notes.length > 0 ? [notes.join("\n")] : [],
    "Where each ended: (x1, x2), then L1, L2.",
    markdownRows(["Method", ...heads], ends),
    ...refusals.length > 0 ? [["Refused, with the first reason:", "", ...refusals].join("\n")] : [],
  ];
}

function endOf({ end, losses }: Descent): string {
  return `${point(end, 2)}, ${losses.map((loss) => formatNumber(loss, { decimals: 2 })).join(", ")}`;
}

function knownOutcome({ method, scale }: ToyRun): KnownOutcome | undefined {
  return knownOutcomes.find((known) => known.method === method && known.scale === scale);
}

/** All descents as CSV, a line each, in full precision. */
export function toyCsv(runs: readonly ToyRun[]): string {
  const head = "scale,method,iterations,start_x1,start_x2,outcome,x1,x2,loss1,loss2,distance";
  const lines = runs.flatMap(({ scale, method, iterations, descents }) =>
    descents.map(({ start, outcome, end, losses, distance }) =>
      [scale, quoted(method), iterations, ...start, outcome, ...end, ...losses, distance].join(",")
    )
  );
  return [head, ...lines].join("\n") + "\n";
}

function quoted(text: string): string {
  return /[",]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

function point([x1, x2]: Point, decimals: number): string {
  return `(${
    [x1, x2].map((x) => Number.isInteger(x) ? String(x) : formatNumber(x, { decimals })).join(", ")
  })`;
}
