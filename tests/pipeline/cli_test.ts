import assert from "node:assert/strict";
import { pipelineText, stageText, TempProject, textProject } from "./temp_project.ts";

const mistakes: { args: string[]; code: number; expected: RegExp }[] = [
  {
    args: ["run", "pipeline.ts", "--set", "repaet=3"],
    code: 1,
    expected: /parameter "repaet" is unknown, expected 'repeat'/,
  },
  {
    args: ["run", "pipeline.ts", "--set", "repeat=many"],
    code: 1,
    expected: /pipeline\.ts: parameter "repeat" is "many", expected a number/,
  },
  {
    args: ["run", "pipeline.ts", "--set", "repeat"],
    code: 1,
    expected: /Cannot read --set repeat: .* expected key=value/,
  },
  { args: ["run", "absent.ts"], code: 1, expected: /Cannot load pipeline absent\.ts: there is no such file/ },
  { args: ["run", "helper.ts"], code: 1, expected: /helper\.ts: its default export is no pipeline/ },
  { args: ["run", "raw.txt"], code: 1, expected: /Cannot load pipeline raw\.txt: it is no TypeScript file/ },
  { args: ["run", "stages"], code: 1, expected: /Cannot load pipeline stages: it is no TypeScript file/ },
  { args: ["run"], code: 2, expected: /command "run": no pipeline file is given/ },
  {
    args: ["run", "pipeline.ts", "--sbatch=--partition=gpu"],
    code: 2,
    expected: /--sbatch: it is for Slurm, expected --executor slurm/,
  },
  { args: ["run", "a.ts", "b.ts"], code: 2, expected: /2 files are given/ },
  {
    args: ["run", "pipeline.ts", "-j", "zero"],
    code: 2,
    expected: /--jobs: it is "zero", expected a positive integer/,
  },
  {
    args: ["run", "pipeline.ts", "--forse"],
    code: 2,
    expected: /--forse: it is unknown, expected '--force'/,
  },
  {
    args: ["stauts", "pipeline.ts"],
    code: 2,
    expected: /command "stauts": it is unknown, expected 'status'/,
  },
];

Deno.test("mistakes are refused with what was meant, before anything runs", async (t) => {
  using project = textProject();
  for (const { args, code, expected } of mistakes) {
    await t.step(args.join(" "), async () => {
      const run = await project.command(args);
      assert.match(run.stderr, expected);
      assert.equal(run.code, code);
      assert.equal(run.stderr.trim().split("\n").length, 1, "one line, no stack");
    });
  }
  assert.equal(project.exists(".pipeline"), false);
});

Deno.test("--set reads JSON where the schema takes it and text elsewhere", async () => {
  using project = new TempProject({
    "stages/show.ts": stageText(
      "show",
      `params: v.object({ version: v.string(), seeds: v.array(v.number()), fast: v.boolean() }), inputs: [], outputs: ["o.json"]`,
      `Deno.writeTextFileSync(ctx.outputs["o.json"], JSON.stringify(ctx.params));`,
    ),
    "pipeline.ts": pipelineText(
      ["show"],
      `return [show({ params })];`,
      `version: v.optional(v.string(), ""), seeds: v.optional(v.array(v.number()), []), fast: v.optional(v.boolean(), false)`,
    ),
  });
  const run = await project.run(["--set", "version=3", "--set", "seeds=[1,2]", "--set", "fast=true"]);
  assert.equal(run.code, 0, run.stderr);
  const shown = JSON.parse(project.read(project.output("show", "o.json")));
  assert.deepEqual(shown, { version: "3", seeds: [1, 2], fast: true });
});

Deno.test("a pipeline file may export a plain list, which takes no parameters", async () => {
  using project = textProject();
  project.write({
    "pipeline.ts": `import { rawFile } from "pipeline"; import upper from "./stages/upper.ts";
      export default [upper({ inputs: { text: rawFile("raw.txt") } })];`,
  });
  assert.equal((await project.run()).code, 0);
  assert.match((await project.run(["--set", "repeat=2"])).stderr, /it has no parameters/);
});

Deno.test("plain output is a few calm lines; a run with nothing to do is one", async () => {
  using project = textProject();
  const first = await project.command(["run", "pipeline.ts", "-j", "1"]);
  const lines = first.stdout.replace(/\d+\.\d s|\d+ ms/g, "0.0 s").trim().split("\n");
  assert.deepEqual(lines, [
    "upper 0: started",
    "upper 0: done in 0.0 s",
    "upper 1: started",
    "upper 1: done in 0.0 s",
    "join: started",
    "join: done in 0.0 s",
    "published results/joined.txt",
    "3 stages: 3 ran, 0 from the store (0.0 s)",
  ]);
  assert.match(
    (await project.command(["run", "pipeline.ts"])).stdout,
    /^3 stages up to date \(\d[\d.]* m?s\)\n$/,
  );
  assert.match(
    (await project.command(["run", "pipeline.ts", "--verbose"])).stdout,
    /^upper 0: from the store\n/,
  );
});

Deno.test("status tells what is up to date, what would run and what depends on it", async () => {
  using project = textProject();
  await project.run();
  const { stdout, code } = await project.command(["status", "pipeline.ts", "--set", "repeat=5"]);
  assert.equal(code, 0);
  const lines = stdout.trim().split("\n");
  assert.match(
    lines[0],
    /^upper 0 {2}up to date {2}made \d{4}-\d\d-\d\d \d\d:\d\d in \d[\d.]* m?s with [\d.]+ MB$/,
  );
  assert.deepEqual(lines.slice(1), [
    "upper 1  would run",
    "join     depends",
    "3 stages: 1 up to date, 1 would run, 1 depend on them",
  ]);
});

Deno.test("every command explains itself", async () => {
  using project = textProject();
  for (
    const [args, expected] of [
      [["--help"], /Commands:\n {2}run /],
      [["run", "--help"], /--overwrite/],
      [["status", "--help"], /Usage: deno task pipeline status/],
    ] as const
  ) {
    const { stdout, code } = await project.command(args);
    assert.match(stdout, expected);
    assert.equal(code, 0);
  }
});

Deno.test("the events on record are the events that were printed, and the run's folder names its start", async () => {
  using project = textProject();
  const { events } = await project.run();
  const [run] = project.list(".pipeline/runs");
  const recorded = project.read(`.pipeline/runs/${run}/events.jsonl`).trim().split("\n").map((line) =>
    JSON.parse(line)
  );
  assert.deepEqual(recorded, events);
  assert.equal(events[0].type === "run-started" && events[0].run, run);
  const last = events.at(-1);
  assert.ok(last?.type === "run-finished");
  assert.deepEqual([last.state, last.ran, last.hits, last.failed, last.unreached], ["succeeded", 3, 0, 0, 0]);
});
