import {
  formatBytes,
  formatClock,
  formatCount,
  formatNumber,
  formatSeconds,
  formatTime,
} from "../base/format.ts";
import { type Html, markup, type Part } from "./html.ts";
import { layOut, type RunHistory, type StageHistory, type StageState } from "../history/run_history.ts";
import { reportStyle } from "./report_style.ts";

/** Rows of stages that were taken from the store or not started; there may be ten thousands. */
const mostQuietRows = 200;

/**
 * A page about one run, whole in itself: what it was asked for, what failed, when which stage ran, and what each took.
 * Without scripts, so that it can be mailed or kept as a file of a build.
 */
export function htmlReport(history: RunHistory): string {
  const { start, stages, published, refused } = history;
  const title = `${start.pipeline}, ${formatTime(start.at)}`;
  return markup`<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<style>${reportStyle}</style>
</head>
<body>
<header>
<h1>${start.pipeline}</h1>
<p>${stateBadge(stateOf(history))} ${summaryOf(history)}</p>
<p class="quiet">${start.file} · ${formatTime(start.at)} · run <code>${start.run}</code></p>
</header>
${failures(stages)}
${timeline(history)}
${kinds(stages)}
${stageTable(history)}
${files("Published", published)}
${files("Not published, since edited by hand", refused)}
${parameters(start.params)}
</body>
</html>
`.text;
}

function stateOf({ finish }: RunHistory): string {
  return finish?.state ?? "unfinished";
}

function summaryOf({ start, finish, endedAt, stages }: RunHistory): string {
  const count = (state: StageState) => stages.filter((stage) => stage.state === state).length;
  const words: [StageState, string][] = [
    ["ran", "ran"],
    ["hit", "from the store"],
    ["failed", "failed"],
    ["stopped", "stopped"],
    ["unfinished", "unfinished"],
    ["not started", "not started"],
  ];
  const counts = words.flatMap((
    [state, word],
  ) => (count(state) === 0 ? [] : [`${formatNumber(count(state))} ${word}`]));
  const seconds = finish?.seconds ?? (endedAt - start.at) / 1000;
  return `in ${formatSeconds(seconds)} · ${formatCount(stages.length, "stage")}: ${counts.join(", ")}`;
}

function stateBadge(state: string): Html {
  return markup`<span class="state ${state.replaceAll(" ", "-")}">${state}</span>`;
}

/** A part of the page; nothing where it has no rows. */
function section(title: string, rows: readonly unknown[], content: () => Html): Html | undefined {
  return rows.length === 0 ? undefined : markup`<section>
<h2>${title}</h2>
${content()}
</section>`;
}

/** A table; columns whose title begins with "#" hold numbers. */
function table(titles: readonly string[], rows: readonly (readonly Part[])[]): Html {
  const isNumber = titles.map((title) => title.startsWith("#"));
  const cell = (part: Part, i: number) =>
    isNumber[i] ? markup`<td class="number">${part}</td>` : markup`<td>${part}</td>`;
  const heads = titles.map((title, i) =>
    isNumber[i] ? markup`<th class="number">${title.slice(1)}</th>` : markup`<th>${title}</th>`
  );
  return markup`<div class="scroll"><table>
<thead><tr>${heads}</tr></thead>
<tbody>${
    rows.map((row) =>
      markup`
<tr>${row.map(cell)}</tr>`
    )
  }
</tbody>
</table></div>`;
}

function failures(stages: readonly StageHistory[]): Html | undefined {
  const failed = stages.filter(({ state }) => state === "failed");
  const textOf = ({ error, kept }: StageHistory) =>
    kept === undefined ? error : `${error}\nIts log is ${kept}/log.txt`;
  return section(
    "Failed",
    failed,
    () => markup`${failed.map((stage) => markup`<pre class="error">${textOf(stage)}</pre>`)}`,
  );
}

/** What an instance is of: "train" of "train ew/seed 1". */
function kindOf(stage: string): string {
  return stage.split(" ", 1)[0];
}

/** Kinds by the time they took, the longest first. */
function kindsOf(stages: readonly StageHistory[]): [kind: string, stages: StageHistory[]][] {
  const ran = stages.filter(({ startedAt }) => startedAt !== undefined);
  const total = (group: readonly StageHistory[]) => group.reduce((sum, stage) => sum + secondsOf(stage), 0);
  return [...Map.groupBy(ran, ({ stage }) => kindOf(stage))].sort((a, b) => total(b[1]) - total(a[1]));
}

function secondsOf({ startedAt, endedAt }: StageHistory): number {
  return startedAt === undefined || endedAt === undefined ? 0 : (endedAt - startedAt) / 1000;
}

/** Classes of the kinds that take most time; the others share the last color. */
const colors = 8;

function colorOf(stages: readonly StageHistory[]): (stage: string) => string {
  const ranks = new Map(kindsOf(stages).map(([kind], i) => [kind, Math.min(i, colors - 1)]));
  return (stage) => `color-${ranks.get(kindOf(stage)) ?? colors - 1}`;
}

/** The share of the width from which on the name of a stage is worth writing into its bar. */
const widthOfName = 0.05;

function timeline({ start, endedAt, stages }: RunHistory): Html | undefined {
  const rows = layOut(stages);
  const span = Math.max(1, endedAt - start.at);
  const percent = (milliseconds: number) => `${(100 * milliseconds / span).toFixed(3)}%`;
  const color = colorOf(stages);
  const bar = (stage: StageHistory) => {
    const seconds = secondsOf(stage);
    const place = `left:${percent(stage.startedAt! - start.at)};width:${percent(seconds * 1000)}`;
    const text = `${stage.stage}: ${formatSeconds(seconds)}${
      stage.state === "ran" ? "" : `, ${stage.state}`
    }`;
    return markup`<span class="bar ${color(stage.stage)} ${stage.state}" style="${place}" title="${text}">${
      seconds * 1000 > widthOfName * span && stage.stage
    }</span>`;
  };
  const tick = (seconds: number) =>
    markup`<span class="tick" style="left:${percent(seconds * 1000)}">${formatClock(seconds)}</span>`;
  return section(
    "When",
    rows,
    () =>
      markup`<div class="timeline" role="img" aria-label="A bar for each stage that ran, over the time of the run">
${ticksOf(span / 1000).map(tick)}
${rows.map((row) => markup`<div class="row">${row.map(bar)}</div>`)}
</div>`,
  );
}

/** Four to ten round times from 0 to `seconds`, but none so late that it would be cut off. */
function ticksOf(seconds: number): number[] {
  const steps = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400, 43200, 86400];
  const step = steps.find((step) => seconds / step <= 10) ?? seconds / 10;
  return Array.from({ length: Math.floor(0.96 * seconds / step) + 1 }, (_, i) => i * step);
}

function kinds(stages: readonly StageHistory[]): Html | undefined {
  const groups = kindsOf(stages);
  const color = colorOf(stages);
  const row = ([kind, group]: typeof groups[number]) => {
    const seconds = group.map(secondsOf);
    const sum = seconds.reduce((total, one) => total + one, 0);
    const name = markup`<span class="swatch ${color(kind)}"></span>${kind}`;
    const longest = formatSeconds(Math.max(...seconds));
    const memory = Math.max(...group.map(({ peakMemory = 0 }) => peakMemory));
    return [name, group.length, formatSeconds(sum), longest, memory > 0 && formatBytes(memory)];
  };
  return section(
    "What took the time",
    groups,
    () => table(["stages", "#runs", "#together", "#longest", "#most memory"], groups.map(row)),
  );
}

function stageTable({ start, stages }: RunHistory): Html | undefined {
  let quiet = 0;
  const shown = stages.filter(({ state }) =>
    (state !== "hit" && state !== "not started") || ++quiet <= mostQuietRows
  );
  const row = (history: StageHistory) => {
    const { stage, state, startedAt, peakMemory, key, retries } = history;
    const badge = stateBadge(state === "hit" ? "from the store" : state);
    const after = retries > 0 && (retries === 1 ? " after a retry" : ` after ${retries} retries`);
    return [
      stage,
      markup`${badge}${after}`,
      startedAt !== undefined && formatClock((startedAt - start.at) / 1000),
      startedAt !== undefined && formatSeconds(secondsOf(history)),
      peakMemory !== undefined && formatBytes(peakMemory),
      markup`<code class="key">${key?.slice(0, 12)}</code>`,
    ];
  };
  const left = stages.length - shown.length;
  return section(
    "Stages",
    stages,
    () =>
      markup`${table(["stage", "state", "#began at", "#took", "#memory", "key"], shown.map(row))}
${
        left > 0 &&
        markup`<p class="quiet">and ${formatCount(left, "stage")} more from the store or not started</p>`
      }`,
  );
}

function files(title: string, paths: readonly string[]): Html | undefined {
  return section(title, paths, () =>
    markup`<ul>${
      paths.map((path) =>
        markup`
<li><code>${path}</code></li>`
      )
    }
</ul>`);
}

function parameters(params: RunHistory["start"]["params"]): Html | undefined {
  const rows = Object.entries(params).map((
    [name, value],
  ) => [name, markup`<code>${JSON.stringify(value)}</code>`]);
  return section("Parameters", rows, () => table(["parameter", "value"], rows));
}
