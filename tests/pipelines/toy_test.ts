/** The toy's table and plot from made-up descents, and the whole experiment with real processes, made small. */
import assert from "node:assert/strict";
import { join } from "node:path";
import type { Descent } from "../../lib/balance/toy/mod.ts";
import type { ToyRun } from "../../pipelines/stages/toy_run.ts";
import { toySpec } from "../../pipelines/stages/toy_plot.ts";
import { toyCsv, toyMarkdown } from "../../pipelines/stages/toy_table.ts";
import { copyProject, deno } from "./project_copy.ts";

const front: Descent = {
  ...{ start: [-8.5, 7.5], end: [0, -8.3551], losses: [-15.0916, -15.09], distance: 0.001, outcome: "front" },
  path: [[-8.5, 7.5], [0, -8.3551]],
};
const stuck: Descent = { ...front, end: [-5, 2.1], losses: [1, -0.001], distance: 11, outcome: "stuck" };
const refused: Descent = { ...stuck, end: [-8.5, 7.5], outcome: "refused", reason: "step 0: too steep" };

const run = (method: string, descents: Descent[]): ToyRun => ({
  method,
  scale: "1",
  iterations: 100_000,
  descents,
});
const runs = [
  run("ew", [stuck, front, stuck]),
  run("cagrad", [front, front, stuck]),
  run("si", [refused, refused, front]),
];

Deno.test("the table says front or stuck, where, and what differs from what is known", () => {
  const table = toyMarkdown(runs);
  assert.match(table, /^Of 2 known outcomes 1 hold; not those of cagrad at s = 1 \(2 instead of 3\)\.$/m);
  assert.match(
    table,
    /^\| Method \| +from \(-8\.5, 7\.5\) \| +from \(-8\.5, -5\) \| .* on the front \| known \|$/m,
  );
  assert.match(table, /^\| ew +\| +\*\*stuck\*\* \| +front \| +\*\*stuck\*\* \| +1 of 3 \| +1 \|$/m);
  assert.match(table, /^\| si +\| +\*\*refused\*\* \| +\*\*refused\*\* \| +front \| +1 of 3 \| +\|$/m);
  assert.match(table, /^\| cagrad +\| +\(0, -8\.36\), -15\.09, -15\.09 \|.*\(-5, 2\.10\), 1\.00, 0\.00 \|$/m);
  assert.match(table, /^- si: step 0: too steep$/m);
  const aligned: ToyRun = { ...run("aligned-mtl", [front]), scale: "0.1" };
  assert.match(toyMarkdown([aligned]), /^- aligned-mtl: 4 in the papers, whose rank tolerance/m);
  assert.match(toyMarkdown([run("si", [front])]), /^No outcome of these methods is known/m);
});

Deno.test("the CSV has a line for each descent, in full precision", () => {
  const lines = toyCsv([run("cagrad(c=1,rescale=1)", [front, stuck])]).trimEnd().split("\n");
  assert.deepEqual(lines, [
    "scale,method,iterations,start_x1,start_x2,outcome,x1,x2,loss1,loss2,distance",
    '1,"cagrad(c=1,rescale=1)",100000,-8.5,7.5,front,0,-8.3551,-15.0916,-15.09,0.001',
    '1,"cagrad(c=1,rescale=1)",100000,-8.5,7.5,stuck,-5,2.1,1,-0.001,11',
  ]);
});

Deno.test("the plot has a panel for each run, a block for each setting, and no mark outside a panel", () => {
  const away: Descent = { ...stuck, end: [5, 24], path: [[9, 9], [5, 24]] };
  const other: ToyRun = { ...run("mgda", [away, front]), scale: "0.1", iterations: 9 };
  const spec = toySpec([other, ...runs]) as unknown as {
    vconcat: {
      title: { text: string };
      concat: { title: { text: string }; layer: { data: { values: unknown[] } }[] }[];
    }[];
  };
  assert.deepEqual(spec.vconcat.map(({ concat }) => concat.map(({ title }) => title.text)), [
    ["mgda"],
    ["ew", "cagrad", "si"],
  ]);
  assert.match(spec.vconcat[0].title.text, /^s = 0\.1, .* 9 steps$/);
  const { layer } = spec.vconcat[0].concat[0];
  assert.deepEqual(layer.slice(-2).map(({ data }) => data.values.length), [1, 0], "one disc, no cross");
});

Deno.test("the experiment makes table and plot, and runs again only what changed", async (t) => {
  const project = await copyProject();
  const toy = (...settings: string[]) =>
    deno(project, [
      ...["run", "-A", "pipelines/pipeline.ts", "run", "pipelines/toy.ts"],
      ...['scales=["1"]', ...settings].flatMap((setting) => ["--set", setting]),
    ]);
  const some = ["iterations=300", 'methods=["ew","mgda(normalize=l2)"]'];
  try {
    const read = (name: string) => Deno.readTextFile(join(project, "results", name));
    await t.step("a first run makes all three files", async () => {
      const { code, stdout, stderr } = await toy(...some);
      assert.equal(code, 0, stdout + stderr);
      assert.match(await read("toy.md"), /^\| mgda\(normalize=l2\) /m);
      assert.match(await read("toy.md"), /^300 steps\./m);
      assert.equal((await read("toy.csv")).trimEnd().split("\n").length, 1 + 2 * 3);
      const svg = await read("toy.svg");
      assert.match(svg, /^<svg .*<\/svg>\n$/s);
      for (const text of ["mgda\\(normalize=l2\\)", "0 of 3 on the front"]) {
        assert.match(svg, new RegExp(`>${text}<`));
      }
    });
    await t.step("one more method runs that method alone", async () => {
      const { stdout } = await toy(some[0], 'methods=["ew","mgda(normalize=l2)","pcgrad"]');
      assert.deepEqual(stdout.match(/^toy-run \S+, scale 1: done/gm), ["toy-run pcgrad, scale 1: done"]);
    });
    await t.step("an unknown method or scale is named with what would do", async () => {
      for (
        const [setting, message] of [['methods=["mgdaa"]', /expected 'mgda'/], [
          'scales=["2"]',
          /expected '0\.1' or '1'/,
        ]] as const
      ) {
        const { code, stderr } = await toy(setting);
        assert.equal(code, 1);
        assert.match(stderr, message);
      }
    });
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});
