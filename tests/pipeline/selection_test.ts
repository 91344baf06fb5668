import assert from "node:assert/strict";
import * as v from "valibot";
import { defineStage } from "../../lib/pipeline/mod.ts";
import { orderInstances } from "../../lib/pipeline/define/pipeline.ts";
import { select, type Selection } from "../../lib/pipeline/plan/selection.ts";
import { failureOf, pipelineText, stagesWith, stageText, TempProject, textProject } from "./temp_project.ts";

const module = import.meta.url;
const define = <Input extends string>(name: string, inputs: readonly Input[]) =>
  defineStage({ name, module, params: v.object({}), inputs, outputs: ["o"], run() {} });

/** prepare feeds train 1 and train 2, which feed table; plot reads train 1 alone. */
function diamond() {
  const prepare = define("prepare", [])();
  const [one, two] = ["1", "2"].map((label) =>
    define("train", ["data"])({ label, inputs: { data: prepare.outputs.o } })
  );
  const table = define("table", ["runs"])({ inputs: { runs: [one.outputs.o, two.outputs.o] } });
  const plot = define("plot", ["run"])({ inputs: { run: one.outputs.o } });
  return orderInstances([table, plot]);
}

const choices: [Selection, string, string][] = [
  [{}, "prepare, train 1, train 2, table, plot", ""],
  [{ until: ["train"] }, "prepare, train 1, train 2", ""],
  [{ until: ["plot"] }, "prepare, train 1, plot", ""],
  [{ from: ["train 1"] }, "train 1, table, plot", "prepare, train 2"],
  [{ from: ["plot", "table"] }, "table, plot", "prepare, train 1, train 2"],
  [{ from: ["train"], until: ["plot"] }, "train 1, plot", "prepare"],
  [{ only: ["train *"] }, "train 1, train 2", "prepare"],
  [{ only: ["p*"] }, "prepare, plot", "train 1"],
];

Deno.test("a selection says what may run, and what that needs of the store", () => {
  const instances = diamond();
  for (const [selection, may, needed] of choices) {
    const { instances: listed, mayRun } = select(instances, selection);
    const ids = (wanted: boolean) =>
      listed.filter((instance) => mayRun.has(instance) === wanted).map(({ id }) => id).join(", ");
    assert.deepEqual([ids(true), ids(false)], [may, needed], JSON.stringify(selection));
  }
});

Deno.test("a selection that names nothing or contradicts itself is refused", () => {
  const instances = diamond();
  const refused: [Selection, RegExp][] = [
    [{ only: ["trian 1"] }, /Cannot select stage "trian 1": there is none, expected 'train 1'/],
    [{ only: ["train"], until: ["table"] }, /--only is given together with --from or --until/],
    [{ from: ["table"], until: ["plot"] }, /none lies from table until plot/],
  ];
  for (const [selection, expected] of refused) assert.throws(() => select(instances, selection), expected);
  const many = Array.from({ length: 30 }, (_, i) => define("make", [])({ label: String(i) }));
  assert.throws(() => select(many, { only: ["xyz"] }), /expected 'make' or .*, or one of 26 more$/);
});

Deno.test("a run runs what is selected, and needs the rest in the store", async () => {
  using project = textProject();
  const missing = await project.run(["--only", "join"]);
  assert.equal(missing.code, 1);
  assert.match(
    JSON.stringify(missing.events),
    /Cannot run \\"upper 0\\": its result is not in the store and the selection leaves it out/,
  );
  assert.deepEqual(stagesWith("stage-started", await project.run(["--until", "upper 1"])), ["upper 1"]);
  assert.match(
    (await project.command(["run", "pipeline.ts", "--only", "join", "--dry-run"])).stdout,
    /upper 0 +missing/,
  );
  assert.deepEqual(stagesWith("stage-started", await project.run(["--until", "upper"])), ["upper 0"]);
  assert.equal(project.exists("results"), false);
  assert.deepEqual(stagesWith("stage-started", await project.run(["--from", "upper"])), ["join"]);
  assert.deepEqual(stagesWith("stage-started", await project.run(["--only", "join", "--force"])), ["join"]);
  const forced = await project.command(["run", "pipeline.ts", "--only", "join", "--force", "--dry-run"]);
  assert.match(forced.stdout, /upper 1 +up to date .*\njoin +would run/);
});

Deno.test("--keep-going runs what does not depend on a failure", async () => {
  const write = (body: string) => `${body} Deno.writeTextFileSync(ctx.outputs["o"], "");`;
  using project = new TempProject({
    "stages/bad.ts": stageText(
      "bad",
      `params: v.object({}), inputs: [], outputs: ["o"]`,
      `throw new Error("no");`,
    ),
    "stages/good.ts": stageText("good", `params: v.object({}), inputs: [], outputs: ["o"]`, write("")),
    "stages/read.ts": stageText("read", `params: v.object({}), inputs: ["all"], outputs: ["o"]`, write("")),
    "pipeline.ts": pipelineText(
      ["bad", "good", "read"],
      `const parts = [bad(), good()].map((stage) => stage.outputs.o);
       return [read({ inputs: { all: parts } }), read({ label: "good", inputs: { all: [parts[1]] } })];`,
    ),
  });
  const run = await project.run(["--keep-going", "-j", "1"]);
  assert.equal(run.code, 1);
  assert.equal(failureOf(run), `Cannot run "bad": no`);
  assert.deepEqual(stagesWith("stage-finished", run), ["good", "read good"]);
  const last = run.events.at(-1);
  assert.ok(last?.type === "run-finished");
  assert.deepEqual([last.ran, last.failed, last.unreached], [2, 1, 1]);
});

Deno.test("--verify makes again what was changed in the store without changing size and time", async () => {
  using project = textProject();
  await project.run();
  const output = project.output("join", "joined.txt");
  const { mtime } = Deno.statSync(project.path(output));
  project.write({ [output]: project.read(output).replace("A", "B") });
  Deno.utimeSync(project.path(output), mtime!, mtime!);
  assert.deepEqual(stagesWith("stage-started", await project.run()), [], "size and time tell nothing");
  const verified = await project.run(["--verify"]);
  assert.deepEqual(stagesWith("entry-damaged", verified), ["join"]);
  assert.deepEqual(stagesWith("stage-started", verified), ["join"]);
  assert.equal(project.read(project.output("join", "joined.txt")), ">ABC+ABCABC");
});
