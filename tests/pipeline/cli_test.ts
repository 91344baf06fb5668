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
    expected: /pipeline\.ts: parameter "repeat" is "many", expected number/,
  },
  {
    args: ["run", "pipeline.ts", "--set", "repeat"],
    code: 1,
    expected: /Cannot read --set repeat: .* expected key=value/,
  },
  { args: ["run", "absent.ts"], code: 1, expected: /Cannot load pipeline absent\.ts: there is no such file/ },
  { args: ["run", "helper.ts"], code: 1, expected: /helper\.ts: its default export is no pipeline/ },
  { args: ["run"], code: 2, expected: /no pipeline file is given/ },
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

const unsound: { title: string; stages: string; expected: RegExp }[] = [
  {
    title: "two stages with one name",
    stages: `return [make({ params: { n: 1 } }), make({ params: { n: 2 } })];`,
    expected: /two stages are called "make", expected a distinct label for each/,
  },
  {
    title: "two stages that publish to one file",
    stages:
      `return [1, 2].map((n) => make({ label: String(n), params: { n }, publish: { "a.txt": "results/a.txt" } }));`,
    expected: /"make 1" and "make 2" both publish to results\/a\.txt/,
  },
  {
    title: "a target outside the project",
    stages: `return [make({ params: { n: 1 }, publish: { "a.txt": "../a.txt" } })];`,
    expected: /"make" publishes to \.\.\/a\.txt, expected a path inside the project/,
  },
  {
    title: "a raw file that is not there",
    stages: `return [read({ inputs: { text: raw("data/none.csv") } })];`,
    expected: /input "text" of "read" is the raw file data\/none\.csv, which does not exist/,
  },
  {
    title: "an output that its stage does not have",
    stages: `return [read({ label: "b", inputs: { text: make({ params: { n: 1 } }).outputs["b.txt"] } })];`,
    expected:
      /Cannot define stage "read b": input "text" is undefined, expected an output that its stage declares/,
  },
  {
    title: "an input that is not bound",
    stages: `return [read({ inputs: {} })];`,
    expected: /Cannot define stage "read": input "text" is missing/,
  },
  {
    title: "an input of another name",
    stages: `return [read({ inputs: { text: raw("raw.txt"), txet: raw("raw.txt") } })];`,
    expected: /input "txet" is unknown, expected 'text'/,
  },
  {
    title: "a published output of another name",
    stages: `return [make({ params: { n: 1 }, publish: { "b.txt": "results/b.txt" } })];`,
    expected: /published output "b\.txt" is unknown, expected 'a\.txt'/,
  },
  {
    title: "a parameter of the wrong type",
    stages: `return [make({ label: "x", params: { n: "one" } })];`,
    expected: /Cannot define stage "make x": parameter "n" is "one", expected number/,
  },
  {
    title: "a parameter that is left out",
    stages: `return [make({ params: {} })];`,
    expected: /Cannot define stage "make": parameter "n" is missing, expected/,
  },
  {
    title: "cores that are no number",
    stages: `return [make({ params: { n: 1 }, resources: { cores: 0 } })];`,
    expected: /resources\.cores is 0, expected a positive integer or "all"/,
  },
];

Deno.test("an unsound pipeline is refused, with the stage and what is wrong", async (t) => {
  using project = new TempProject({
    "raw.txt": "x",
    "stages/make.ts": stageText(
      "make",
      `params: v.object({ n: v.number() }), inputs: [], outputs: ["a.txt"]`,
      "",
    ),
    "stages/read.ts": stageText("read", `params: v.object({}), inputs: ["text"], outputs: ["a.txt"]`, ""),
  });
  for (const { title, stages, expected } of unsound) {
    await t.step(title, async () => {
      project.write({ "pipeline.ts": pipelineText(["make", "read"], stages) });
      const run = await project.command(["run", "pipeline.ts"]);
      assert.match(run.stderr, expected);
      assert.equal(run.code, 1);
    });
  }
});

const unloadable: { title: string; text: string; expected: string }[] = [
  {
    title: "does not compile",
    text: `import { x } from "pipeline";\nexport default [ ;`,
    expected:
      "Cannot load pipeline broken.ts: SyntaxError: Expression expected (broken.ts, line 2, column 18)",
  },
  {
    title: "imports what is not there",
    text: `import x from "./absent.ts"; export default [x()];`,
    expected: `Cannot load pipeline broken.ts: Module not found "absent.ts" (broken.ts, line 1, column 15)`,
  },
  {
    title: "imports a name that its module lacks",
    text: `import { stage } from "./helper.ts"; export default [stage()];`,
    expected:
      "Cannot load pipeline broken.ts: The requested module './helper.ts' does not provide an export named " +
      "'stage' (broken.ts, line 1, column 10)",
  },
  {
    title: "fails",
    text: `export default [];\nthrow new Error("no data");`,
    expected: "Cannot load pipeline broken.ts: no data (broken.ts, line 2, column 7)",
  },
];

Deno.test("a pipeline file that cannot be loaded is refused with the reason and the line", async (t) => {
  using project = textProject();
  for (const { title, text, expected } of unloadable) {
    await t.step(title, async () => {
      project.write({ "broken.ts": text });
      const run = await project.command(["run", "broken.ts"]);
      assert.deepEqual([run.stderr, run.code], [`${expected}\n`, 1]);
    });
  }
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
