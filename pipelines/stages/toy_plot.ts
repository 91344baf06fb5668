import * as v from "valibot";
import type { TopLevelSpec } from "vega-lite";
import { objectives, paretoSet, type ToyScale, toySettings } from "../../lib/balance/toy/mod.ts";
import { defineStage } from "../../lib/pipeline/mod.ts";
import { contourLines, renderSvg, simplifyLine } from "../../lib/report/mod.ts";
import { frontsOf, type ToyRun } from "./toy_run.ts";

/** The part of the plane that is shown, in both coordinates. */
const DOMAIN = [-10.5, 10.5] as const;

/** Cells of the contours' grid in each coordinate: a cell is about a pixel. */
const CELLS = 168;

/** What lines may deviate by to have fewer points, in data units: less than half a pixel. */
const TOLERANCE = 0.05;

/** Panels in a row, and the side of one in pixels. */
const COLUMNS = 5, SIDE = 176;

/** One hue a start, told apart with any colour vision (Okabe & Ito). */
const startColours = ["#0072b2", "#e69f00", "#cc79a7", "#009e73", "#56b4e9"];

/** Plots the way of each method from each start over the contours of the mean loss, a panel a method. */
export default defineStage({
  name: "toy-plot",
  module: import.meta.url,
  params: v.object({}),
  inputs: ["runs"],
  outputs: ["toy.svg"],
  async run(ctx) {
    const runs: ToyRun[] = await Promise.all(
      ctx.inputList("runs").map(async (path) => JSON.parse(await Deno.readTextFile(path))),
    );
    await Deno.writeTextFile(ctx.outputs["toy.svg"], await renderSvg(toySpec(runs)));
  },
});

/** The plot as a Vega-Lite specification: a block of panels for each setting. */
export function toySpec(runs: readonly ToyRun[]): TopLevelSpec {
  const blocks = Map.groupBy(runs, ({ scale }) => scale);
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    padding: 16,
    title: {
      text: "Two objectives: how each method descends",
      subtitle: [
        "Contours: mean of both losses, darker is higher. Black: the Pareto set. A colour a start, which is a ring.",
        "Disc: ended on the front. Cross: did not, stuck in a valley or too slow. Lines that leave a panel run away.",
      ],
      ...{ anchor: "start", fontSize: 17, subtitleFontSize: 12, subtitleColor: GREY, offset: 16 },
      ...{ subtitlePadding: 6, subtitleLineHeight: 17 },
    },
    datasets: Object.fromEntries([...blocks.keys()].map((scale) => [contourName(scale), contours(scale)])),
    vconcat: [...blocks].map(([scale, runs]) => block(scale, runs)),
    spacing: 40,
    config: {
      // A description of every line would be most of the file.
      aria: false,
      font: "Helvetica, Arial, sans-serif",
      view: { stroke: "#999" },
      axis: {
        grid: false,
        tickSize: 4,
        labelColor: GREY,
        titleColor: GREY,
        titleFontWeight: "normal",
        domain: false,
      },
    },
    // The types of a composed specification are beyond inference.
  } as unknown as TopLevelSpec;
}

const contourName = (scale: ToyScale) => `contours ${scale}`;

/** The panels of one setting, row by row. */
function block(scale: ToyScale, runs: readonly ToyRun[]) {
  const iterations = [...new Set(runs.map(({ iterations }) => iterations.toLocaleString("en-US")))];
  return {
    title: {
      text: `s = ${scale}, the setting of ${toySettings[scale].source}; here ${
        iterations.join(" or ")
      } steps`,
      ...{ anchor: "start", fontSize: 14, offset: 14 },
    },
    concat: runs.map((run, i) => ({
      title: {
        ...{ text: run.method, subtitle: `${frontsOf(run)} of ${run.descents.length} on the front` },
        ...{ anchor: "start", frame: "group", fontSize: 12, offset: 5, limit: SIDE + 12 },
        ...{ subtitleFontSize: 11, subtitleColor: GREY, subtitlePadding: 2 },
      },
      width: SIDE,
      height: SIDE,
      // Axes stand where no panel is left of this one, or below it.
      layer: layersOf(run, axis("x1", i + COLUMNS >= runs.length), axis("x2", i % COLUMNS === 0)),
      resolve: { scale: { color: "independent" } },
    })),
    columns: COLUMNS,
    bounds: "flush",
    spacing: { row: 48, column: 14 },
  };
}

function layersOf({ scale, descents }: ToyRun, x: object, y: object) {
  const { starts } = toySettings[scale];
  const color = {
    field: "start",
    type: "nominal",
    scale: { domain: starts.map((_, i) => i), range: startColours },
    legend: null,
  };
  const order = { field: "order", type: "quantitative" };
  const ends = descents.map(({ end: [x1, x2], outcome }, start) => ({ start, x1, x2, outcome })).filter(
    isShown,
  );
  return [
    {
      data: { name: contourName(scale) },
      mark: { type: "line", strokeWidth: 0.6 },
      encoding: {
        ...{ x, y, order, detail: { field: "line" } },
        color: {
          field: "level",
          type: "quantitative",
          scale: { range: ["#d5dde6", "#66788a"] },
          legend: null,
        },
      },
    },
    {
      data: { values: paretoSet(29).map(([x1, x2]) => ({ x1, x2 })) },
      mark: { type: "line", strokeWidth: 3.5, color: "black", strokeCap: "round" },
      encoding: { x, y },
    },
    {
      data: {
        values: descents.flatMap(({ path }, start) =>
          simplifyLine(path, TOLERANCE).map(([x1, x2], order) => ({ start, x1, x2, order }))
        ),
      },
      mark: { type: "line", strokeWidth: 1.8, clip: true, strokeJoin: "round" },
      encoding: { x, y, order, detail: { field: "start" }, color },
    },
    {
      data: { values: descents.map(({ start: [x1, x2] }, start) => ({ start, x1, x2 })) },
      mark: { type: "point", fill: "white", size: 34, strokeWidth: 1.8, opacity: 1 },
      encoding: { x, y, color },
    },
    {
      data: { values: ends.filter(({ outcome }) => outcome === "front") },
      mark: { type: "point", filled: true, stroke: "white", strokeWidth: 0.8, size: 46, opacity: 1 },
      encoding: { x, y, color },
    },
    {
      data: { values: ends.filter(({ outcome }) => outcome !== "front") },
      mark: { type: "point", shape: CROSS, stroke: "#c1121f", strokeWidth: 2.2, size: 90, opacity: 1 },
      encoding: { x, y },
    },
  ];
}

const GREY = "#4a4a4a";

/** A diagonal cross, as Vega's path symbols are written. */
const CROSS = "M-0.7,-0.7L0.7,0.7M-0.7,0.7L0.7,-0.7";

/** An axis of a panel; without `labels` it only places marks. */
function axis(field: "x1" | "x2", labels: boolean) {
  return {
    field,
    type: "quantitative",
    scale: { domain: [...DOMAIN], nice: false, zero: false },
    axis: labels ? { values: [-10, -5, 0, 5, 10], title: field } : null,
  };
}

/** Ends outside the panel have no mark: their line runs out of it. */
function isShown({ x1, x2 }: { x1: number; x2: number }): boolean {
  return [x1, x2].every((x) => DOMAIN[0] <= x && x <= DOMAIN[1]);
}

/** Points of the contours of the mean loss, each with its line and the level's rank from low to high. */
function contours(scale: ToyScale) {
  const { s } = toySettings[scale];
  const mean = (x1: number, x2: number) => {
    const [L1, L2] = objectives([x1, x2], s).losses;
    return (L1 + L2) / 2;
  };
  const grid = { x: DOMAIN, y: DOMAIN, columns: CELLS, rows: CELLS };
  const levels = contourLevels(mean);
  return contourLines(mean, grid, levels).flatMap(({ level, points }, line) =>
    simplifyLine(points, TOLERANCE).map(([x1, x2], order) => ({
      line,
      level: levels.indexOf(level),
      order,
      x1: Number(x1.toFixed(3)),
      x2: Number(x2.toFixed(3)),
    }))
  );
}

/** Levels with equal shares of the plane between them, so that flat parts have lines too. */
function contourLevels(f: (x: number, y: number) => number, count = 13): number[] {
  const side = 41, [low, high] = DOMAIN;
  const at = (i: number) => low + (high - low) * i / (side - 1);
  const values = Array.from({ length: side * side }, (_, k) => f(at(k % side), at(Math.floor(k / side))))
    .sort(
      (a, b) => a - b,
    );
  return Array.from({ length: count }, (_, i) => values[Math.floor((i + 0.5) / count * values.length)]);
}
