import assert from "node:assert/strict";
import * as v from "valibot";
import { defineStage, grid, labelOf, seeds } from "../../lib/pipeline/mod.ts";
import { type EngineRun, stagesWith, stageText, TempProject } from "./temp_project.ts";

const train = defineStage({
  name: "train",
  module: import.meta.url,
  params: v.object({ method: v.string(), seed: v.number() }),
  inputs: [],
  outputs: ["score.json", "model/"],
  run: () => {},
});

const compare = defineStage({
  name: "compare",
  module: import.meta.url,
  params: v.object({ runs: v.optional(v.array(v.object({ method: v.string(), seed: v.number() })), []) }),
  inputs: ["scores"],
  outputs: ["table.md"],
  run: () => {},
});

const methods = ["ew", "mgda"] as const;
const runs = grid({ method: methods, seed: seeds(3) }, ({ method, seed }) => {
  const known: "ew" | "mgda" = method;
  // @ts-expect-error: a seed is a number
  const wrong: string = seed;
  void wrong;
  return train({ label: labelOf({ method, seed }), params: { method: known, seed } });
});

Deno.test("a grid makes one instance for each point, the last axis fastest, under a readable label", () => {
  assert.deepEqual(runs.made.map(({ id }) => id), [
    "train method ew, seed 1",
    "train method ew, seed 2",
    "train method ew, seed 3",
    "train method mgda, seed 1",
    "train method mgda, seed 2",
    "train method mgda, seed 3",
  ]);
  assert.deepEqual(runs.cells[4].point, { method: "mgda", seed: 2 });
  assert.deepEqual(runs.cells[4].made.params, { method: "mgda", seed: 2 });
});

Deno.test("points and outputs come in the same order, for one stage that reads all", () => {
  const table = compare({ params: { runs: runs.points }, inputs: { scores: runs.outputs("score.json") } });
  const bound = [table.inputs.scores].flat().map((source) =>
    source.kind === "artifact" && source.instance.params
  );
  assert.deepEqual(bound, table.params.runs);
  // @ts-expect-error: an output that the stage does not have
  assert.throws(() => runs.outputs("scores.json"), {
    name: "TypeError",
    message:
      `Cannot list outputs of a grid: the point "method ew, seed 1" has no "scores.json", expected 'score.json'`,
  });
});

Deno.test("over() makes one instance for each group of points that differ in the given axis only", () => {
  const means = runs.over("seed", ({ method }, ofMethod) => {
    assert.deepEqual(ofMethod.points, [{ seed: 1 }, { seed: 2 }, { seed: 3 }]);
    return compare({ label: method, inputs: { scores: ofMethod.outputs("score.json") } });
  });
  assert.deepEqual(means.points, [{ method: "ew" }, { method: "mgda" }]);
  const scores = runs.outputs("score.json");
  assert.deepEqual(means.made.map(({ inputs }) => inputs.scores), [scores.slice(0, 3), scores.slice(3)]);
  assert.deepEqual(means.outputs("table.md").map(({ instance }) => instance.id), [
    "compare ew",
    "compare mgda",
  ]);
  const bySeed = runs.over("method", (_, ofSeed) => ofSeed.points.map(({ method }) => method).join());
  assert.deepEqual(bySeed.cells, seeds(3).map((seed) => ({ point: { seed }, made: "ew,mgda" })));
});

Deno.test("over() takes several axes, up to all of them", () => {
  const cells = grid({ a: [1, 2], b: ["x", "y"], c: [true, false] }, ({ a, b, c }) => `${a}${b}${c}`);
  const ofA = cells.over(["b", "c"], (_, members) => members.made.join(" "));
  assert.deepEqual(ofA.cells, [
    { point: { a: 1 }, made: "1xtrue 1xfalse 1ytrue 1yfalse" },
    { point: { a: 2 }, made: "2xtrue 2xfalse 2ytrue 2yfalse" },
  ]);
  assert.deepEqual(cells.over(["a", "b", "c"], (_, { made }) => made.length).cells, [{
    point: {},
    made: 8,
  }]);
});

Deno.test("an object on an axis goes by its name in points, groups and labels", () => {
  const variants = [{ name: "default", beta: 1 }, { name: "large beta", beta: 10 }];
  const cells = grid({ variant: variants, seed: seeds(2) }, ({ variant }) => variant.beta);
  assert.deepEqual(cells.points.at(-1), { variant: "large beta", seed: 2 });
  assert.deepEqual(cells.made, [1, 1, 10, 10]);
  const labels = cells.over("seed", (point) => labelOf(point));
  assert.deepEqual(labels.made, ["variant default", "variant large beta"]);
  assert.equal(labels.cells[1].point.variant, variants[1]);
});

Deno.test("where() leaves points out, and their groups are smaller for it", () => {
  const rows = [{ name: "rule", draws: false }, { name: "trained", draws: true }];
  const cells = grid({ row: rows, seed: seeds(3) }, () => 1, {
    where: ({ row, seed }) => row.draws || seed === 1,
  });
  assert.deepEqual(cells.points.map(({ row, seed }) => `${row} ${seed}`), [
    "rule 1",
    "trained 1",
    "trained 2",
    "trained 3",
  ]);
  const counts = cells.over("seed", (_, { made }) => made.length);
  assert.deepEqual(counts.made, [1, 3]);
});

Deno.test("points may share a stage", () => {
  const shared = train({ params: { method: "ew", seed: 1 } });
  assert.deepEqual(grid({ seed: seeds(2) }, () => shared).outputs("model/"), [
    shared.outputs["model/"],
    shared.outputs["model/"],
  ]);
});

Deno.test("a grid of a hundred thousand points is made and aggregated within seconds", () => {
  const cells = grid({ a: seeds(100), b: seeds(100), seed: seeds(10) }, ({ a, b, seed }) => a * b * seed);
  const sums = cells.over("seed", (_, { made }) => made.reduce((sum, product) => sum + product, 0));
  assert.deepEqual([cells.cells.length, sums.cells.length], [100_000, 10_000]);
  assert.deepEqual(sums.cells.at(-1), { point: { a: 100, b: 100 }, made: 550_000 });
});

Deno.test("seeds are 1 to a number, or those of a list", () => {
  assert.deepEqual(seeds(3), [1, 2, 3]);
  assert.deepEqual(seeds([7, 0, 3]), [7, 0, 3]);
});

// Values that the types refuse come from files that nobody checked.
const anything = (value: unknown) => value as never;
const refused: { title: string; make: () => unknown; message: string }[] = [
  {
    title: "an axis without values",
    make: () => grid({ method: [], seed: seeds(2) }, () => 0),
    message: `Cannot make a grid: axis "method" has no values, expected at least one`,
  },
  {
    title: "a doubled value",
    make: () => grid({ method: ["ew", "mgda", "ew"] }, () => 0),
    message: `Cannot make a grid: axis "method" has "ew" twice, expected distinct values`,
  },
  {
    title: "two objects of one name",
    make: () => grid({ method: [{ name: "ew", gamma: 1 }, { name: "ew", gamma: 2 }] }, () => 0),
    message: `Cannot make a grid: axis "method" has "ew" twice, expected distinct values`,
  },
  {
    title: "an object without name",
    make: () => grid({ method: anything([{ gamma: 1 }]) }, () => 0),
    message:
      `Cannot make a grid: axis "method" has the value {"gamma":1}, expected text, a finite number, true, false, ` +
      "or an object with a name",
  },
  {
    title: "a number that is none",
    make: () => grid({ beta: [1, NaN] }, () => 0),
    message:
      `Cannot make a grid: axis "beta" has the value NaN, expected text, a finite number, true, false, or an object ` +
      "with a name",
  },
  {
    title: "a value that is no list",
    make: () => grid({ method: anything("ew") }, () => 0),
    message: `Cannot make a grid: axis "method" is "ew", expected a list of values`,
  },
  {
    title: "a condition that nothing meets",
    make: () => grid({ seed: seeds(2) }, () => 0, { where: () => false }),
    message: "Cannot make a grid: where() leaves no point, expected at least one",
  },
  {
    title: "a label that two points share",
    make: () =>
      grid(
        { method: methods, seed: seeds(2) },
        ({ method, seed }) => train({ label: method, params: { method, seed } }),
      ),
    message:
      `Cannot make a grid: the points "method ew, seed 1" and "method ew, seed 2" both make stage "train ew", ` +
      "expected a label for each, such as label: labelOf(point)",
  },
  {
    title: "a label that two groups share",
    make: () =>
      runs.over("seed", (_, members) => compare({ inputs: { scores: members.outputs("score.json") } })),
    message: `Cannot make a grid: the points "method ew" and "method mgda" both make stage "compare", ` +
      "expected a label for each, such as label: labelOf(point)",
  },
  {
    title: "an axis that is not there",
    make: () => runs.over(anything("sede"), () => 0),
    message: `Cannot aggregate a grid over "sede": it has no such axis, expected 'seed'`,
  },
  {
    title: "outputs of what has none",
    make: () => grid({ seed: seeds(2) }, () => 0).outputs(anything("score.json")),
    message:
      `Cannot list outputs of a grid: what the point "seed 1" made is no stage, expected a stage with "score.json"`,
  },
  {
    title: "no seeds",
    make: () => seeds(0),
    message: "Cannot make seeds: their number is 0, expected a positive integer",
  },
  {
    title: "half a seed",
    make: () => seeds(1.5),
    message: "Cannot make seeds: their number is 1.5, expected a positive integer",
  },
  {
    title: "an empty list of seeds",
    make: () => seeds([]),
    message: "Cannot make seeds: the list is empty, expected at least one seed",
  },
  {
    title: "a negative seed",
    make: () => seeds([1, -1]),
    message: "Cannot make seeds: -1 is among them, expected non-negative safe integers",
  },
  {
    title: "a doubled seed",
    make: () => seeds([3, 3]),
    message: "Cannot make seeds: 3 is among them twice, expected distinct seeds",
  },
];

for (const { title, make, message } of refused) {
  Deno.test(`a grid refuses ${title}`, () => assert.throws(make, { message }));
}

/** Source that adds a line to the file that the variable CALLS names: how often a stage's code really ran. */
const countCall = `
  const { success } = await new Deno.Command("sh", {
    args: ["-c", 'printf "%s\\\\n" "$0" >> "$CALLS"', name], clearEnv: true, env: { CALLS: Deno.env.get("CALLS"), PATH: Deno.env.get("PATH") },
  }).output();
  if (!success) throw new Error("Cannot count the call: sh failed");`;
const counted = `env: ["CALLS"], permissions: { run: ["sh"] }`;

/** Draws for methods and seeds; a mean over the seeds of each method, and a table of all means and draws. */
function experiment(): TempProject {
  return new TempProject({
    "stages/draw.ts": stageText(
      "draw",
      `params: v.object({ method: v.string(), seed: v.number() }), inputs: [], outputs: ["score.json"], ${counted}`,
      `const { method, seed } = ctx.params, name = method + " " + seed; ${countCall}
       Deno.writeTextFileSync(ctx.outputs["score.json"], JSON.stringify(method.length * seed));`,
    ),
    "stages/mean.ts": stageText(
      "mean",
      `params: v.object({ method: v.string() }), inputs: ["scores"], outputs: ["mean.json"], ${counted}`,
      `const name = "mean " + ctx.params.method; ${countCall}
       const scores = ctx.inputList("scores").map((path) => JSON.parse(Deno.readTextFileSync(path)));
       Deno.writeTextFileSync(ctx.outputs["mean.json"],
         JSON.stringify(scores.reduce((sum, score) => sum + score, 0) / scores.length));`,
    ),
    "stages/table.ts": stageText(
      "table",
      `params: v.object({ runs: v.array(v.object({ method: v.string(), seed: v.number() })) }),
       inputs: ["means", "scores"], outputs: ["table.txt"], ${counted}`,
      `const name = "table"; ${countCall}
       const read = (name) => ctx.inputList(name).map((path) => Deno.readTextFileSync(path));
       const scores = read("scores").map((score, i) => ctx.params.runs[i].method + ctx.params.runs[i].seed + "=" + score);
       Deno.writeTextFileSync(ctx.outputs["table.txt"], [...scores, ...read("means")].join(" "));`,
    ),
    "pipeline.ts": `import * as v from "valibot";
import { definePipeline, grid, labelOf, seeds } from "pipeline";
import draw from "./stages/draw.ts";
import mean from "./stages/mean.ts";
import table from "./stages/table.ts";

export default definePipeline({
  name: "experiment",
  params: v.object({ seeds: v.optional(v.union([v.number(), v.array(v.number())]), 2) }),
  stages(params) {
    const runs = grid({ method: ["a", "bb"], seed: seeds(params.seeds) }, (point) =>
      draw({ label: labelOf(point), params: point }));
    const means = runs.over("seed", ({ method }, ofMethod) =>
      mean({ label: method, params: { method }, inputs: { scores: ofMethod.outputs("score.json") } }));
    return [
      table({
        params: { runs: runs.points },
        inputs: { means: means.outputs("mean.json"), scores: runs.outputs("score.json") },
        publish: { "table.txt": "results/table.txt" },
      }),
    ];
  },
});
`,
  });
}

Deno.test("one more seed runs that seed and the aggregations that read it; one less runs nothing", async (t) => {
  using project = experiment();
  /** Runs with the given seeds; gives the names of the stages whose code ran, sorted. */
  const calls = async (given: string): Promise<string[]> => {
    const path = project.path("calls.txt");
    Deno.writeTextFileSync(path, "");
    const run: EngineRun = await project.run(["--set", `seeds=${given}`], { CALLS: path });
    assert.equal(run.code, 0, run.stdout + run.stderr);
    const called = Deno.readTextFileSync(path).split("\n").slice(0, -1).sort();
    assert.equal(stagesWith("stage-started", run).length, called.length);
    return called;
  };
  const steps: { seeds: string; expected: string[]; table: string }[] = [
    {
      seeds: "2",
      expected: ["a 1", "a 2", "bb 1", "bb 2", "mean a", "mean bb", "table"],
      table: "a1=1 a2=2 bb1=2 bb2=4 1.5 3",
    },
    {
      seeds: "3",
      expected: ["a 3", "bb 3", "mean a", "mean bb", "table"],
      table: "a1=1 a2=2 a3=3 bb1=2 bb2=4 bb3=6 2 4",
    },
    { seeds: "2", expected: [], table: "a1=1 a2=2 bb1=2 bb2=4 1.5 3" },
    { seeds: "[3]", expected: ["mean a", "mean bb", "table"], table: "a3=3 bb3=6 3 6" },
    { seeds: "3", expected: [], table: "a1=1 a2=2 a3=3 bb1=2 bb2=4 bb3=6 2 4" },
  ];
  for (const { seeds, expected, table } of steps) {
    await t.step(`seeds=${seeds}`, async () => {
      assert.deepEqual(await calls(seeds), expected);
      assert.equal(project.read("results/table.txt"), table);
    });
  }
});
