import assert from "node:assert/strict";
import {
  failureOf,
  finished,
  pipelineText,
  stagesWith,
  stageText,
  TempProject,
  textProject,
} from "./temp_project.ts";

/** Source that waits until the raw file bound to `gate` is longer than one byte, at most for a minute. */
const waitAtGate = `
  for (let i = 0; i < 1200 && Deno.statSync(ctx.input("gate")).size < 2; i++) {
    await new Promise((resolve) => setTimeout(resolve, 50));
  }`;

/** `quick` and `last` around `slow`, a stage whose body is given. */
function slowProject(body: string, outputs = `"out.txt"`): TempProject {
  const write = `Deno.writeTextFileSync(ctx.outputs["out.txt"], "fine");`;
  return new TempProject({
    "raw.txt": "x",
    "stages/quick.ts": stageText("quick", `params: v.object({}), inputs: [], outputs: ["out.txt"]`, write),
    "stages/slow.ts": stageText(
      "slow",
      `params: v.object({}), inputs: ["gate"], outputs: [${outputs}]`,
      body,
    ),
    "stages/last.ts": stageText("last", `params: v.object({}), inputs: ["all"], outputs: ["out.txt"]`, write),
    "pipeline.ts": pipelineText(
      ["quick", "slow", "last"],
      `const first = [quick(), slow({ inputs: { gate: raw("raw.txt") } })];
       return [last({ inputs: { all: first.map((stage) => Object.values(stage.outputs)[0]) } })];`,
    ),
  });
}

const undeclared: { body: string; expected: string }[] = [
  {
    body: `ctx.input("gates")`,
    expected: `Cannot find input "gates": the stage declares none, expected 'gate'`,
  },
  {
    body: `ctx.inputList("gates")`,
    expected: `Cannot find input "gates": the stage declares none, expected 'gate'`,
  },
  {
    body: `Deno.writeTextFileSync(ctx.outputs["out.text"], "")`,
    expected: `Cannot find output "out.text": the stage declares none, expected 'out.txt'`,
  },
];

Deno.test("a name that the stage does not declare is told, with the one that was meant", async (t) => {
  for (const { body, expected } of undeclared) {
    await t.step(body, async () => {
      using project = slowProject(body);
      assert.equal(failureOf(await project.run()), `Cannot run "slow": ${expected}`);
    });
  }
});

Deno.test("the paths of a stage are plain objects, as JSON and for a worker", async () => {
  using project = slowProject(`
    const { inputs, outputs } = ctx;
    const copies = [JSON.parse(JSON.stringify(inputs)), structuredClone(inputs), { ...await inputs }];
    const same = copies.every((copy) => copy.gate === ctx.input("gate") && Object.keys(copy).length === 1);
    if (same && !("none" in outputs)) Deno.writeTextFileSync(outputs["out.txt"], String(outputs).slice(0, 8));`);
  assert.equal((await project.run()).code, 0);
  assert.equal(project.read(project.output("slow", "out.txt")), "[object ");
});

Deno.test("a failure keeps log and scratch folder, serves nothing, and stops what depends on it", async () => {
  using project = slowProject(`
    ctx.log("so far so good");
    console.log("printed");
    Deno.writeTextFileSync(ctx.outputs["out.txt"], "half");
    throw new RangeError("Cannot go on: enough");`);
  const run = await project.run();
  assert.equal(run.code, 1);
  assert.equal(failureOf(run), `Cannot run "slow": Cannot go on: enough`);
  assert.deepEqual(stagesWith("stage-started", run).sort(), ["quick", "slow"]);
  const [key] = project.list(".pipeline/failed");
  assert.match(
    project.read(`.pipeline/failed/${key}/log.txt`),
    /so far so good\nprinted\nRangeError: .*enough\n +at /s,
  );
  assert.equal(project.read(`.pipeline/failed/${key}/outputs/out.txt`), "half");
  const again = await project.run();
  assert.deepEqual(stagesWith("stage-started", again), ["slow"], "a failure is no result");
  const status = await project.command(["status", "pipeline.ts"]);
  assert.match(
    status.stdout,
    /slow +would run +failed \d{4}-.*\n {2}Cannot run "slow": Cannot go on: enough/,
  );

  project.write({ "stages/slow.ts": project.read("stages/slow.ts").replace("throw new", "new") });
  assert.equal((await project.run()).code, 0);
});

const broken: { title: string; body: string; outputs?: string; expected: RegExp }[] = [
  { title: "misses an output", body: "", expected: /it did not write output "out\.txt"/ },
  {
    title: "writes more than it declares",
    body:
      `Deno.writeTextFileSync(ctx.outputs["out.txt"], ""); Deno.writeTextFileSync(ctx.outputs["out.txt"] + ".bak", "")`,
    expected: /it wrote "out\.txt\.bak", which is not declared, expected only "out\.txt"/,
  },
  {
    title: "leaves a folder empty",
    body: "",
    outputs: `"out/"`,
    expected: /it wrote nothing into output "out\/"/,
  },
  {
    title: "writes a link",
    body: `Deno.writeTextFileSync(ctx.outputs["out/"] + "/a", ""); 
           new Deno.Command("ln", { args: ["-s", "a", ctx.outputs["out/"] + "/b"] }).outputSync()`,
    outputs: `"out/"], permissions: { run: ["ln"] }, env: [`,
    expected: /out\/b: it is a link or a device, expected a file/,
  },
  {
    title: "exits by itself",
    body: `Deno.writeTextFileSync(ctx.outputs["out.txt"], ""); Deno.exit(0)`,
    expected: /its process exited with code 0/,
  },
  {
    title: "is killed",
    body: `Deno.kill(Deno.pid, "SIGKILL")`,
    outputs: `"out.txt"], permissions: { run: true }, env: [`,
    expected: /its process was ended by SIGKILL/,
  },
  {
    title: "waits for ever",
    body: `await new Promise(() => {})`,
    expected: /its process exited with code 0 before it was done/,
  },
  { title: "rejects with a text", body: `await Promise.reject("text")`, expected: /Cannot run "slow": text/ },
];

for (const { title, body, outputs, expected } of broken) {
  Deno.test(`a stage that ${title} fails and leaves no entry`, async () => {
    using project = slowProject(body, outputs);
    const run = await project.run();
    assert.equal(run.code, 1);
    assert.match(failureOf(run), expected);
    assert.throws(() => project.output("slow", "out.txt"));
    assert.deepEqual(project.list(".pipeline/tmp"), []);
  });
}

Deno.test("an input that is edited while a stage runs is refused", async () => {
  using project = slowProject(`${waitAtGate} Deno.writeTextFileSync(ctx.outputs["out.txt"], "mixed");`);
  const engine = finished(project.start(["run", "pipeline.ts", "--json"]));
  await project.until(() =>
    project.list(".pipeline/tmp").length > 0 && project.list(".pipeline/store").length > 0
  );
  project.write({ "raw.txt": "xy" });
  const run = await engine;
  assert.match(failureOf(run), /input "gate" \(raw\.txt\) changed while it ran/);
  assert.throws(() => project.output("slow", "out.txt"));
  assert.equal((await project.run()).code, 0);
});

Deno.test("code that is edited while a stage runs is refused", async () => {
  using project = slowProject(`
    for (let i = 0; i < 1200 && !Deno.readTextFileSync(import.meta.filename!).endsWith("//"); i++) {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    Deno.writeTextFileSync(ctx.outputs["out.txt"], "");`);
  const pipeline = project.read("pipeline.ts").replace(`raw("raw.txt")`, `raw("stages/slow.ts")`);
  project.write({ "pipeline.ts": pipeline });
  const engine = finished(project.start(["run", "pipeline.ts", "--json"]));
  await project.until(() => project.list(".pipeline/store").length > 0);
  project.write({ "stages/slow.ts": `${project.read("stages/slow.ts")}//` });
  assert.match(failureOf(await engine), /changed while it ran/);
});

Deno.test("after kill -9 of the engine the next run finishes, with no wrong hit", async () => {
  using project = slowProject(`
    Deno.writeTextFileSync(ctx.outputs["out.txt"], "half");
    ${waitAtGate}
    Deno.writeTextFileSync(ctx.outputs["out.txt"], "whole");`);
  const engine = project.start(["run", "pipeline.ts", "--json"]);
  const half = () =>
    project.list(".pipeline/tmp").some((name) => project.exists(`.pipeline/tmp/${name}/outputs/out.txt`));
  await project.until(() => half() && project.list(".pipeline/store").length > 0);
  engine.kill("SIGKILL");
  await finished(engine);
  assert.notDeepEqual(project.list(".pipeline/locks"), [], "the lock file is left, the lock is not");
  project.write({ "raw.txt": "xy" });
  const run = await project.run();
  assert.equal(run.code, 0);
  assert.deepEqual(stagesWith("stage-started", run), ["slow", "last"]);
  assert.equal(project.read(project.output("slow", "out.txt")), "whole");
  while ((await project.stageProcesses()).length > 0) await new Promise((resolve) => setTimeout(resolve, 50));
});

Deno.test("Ctrl-C ends the children, cleans up, says how to go on, and exits with 130", async () => {
  using project = slowProject(`${waitAtGate} Deno.writeTextFileSync(ctx.outputs["out.txt"], "");`);
  const engine = project.start(["run", "pipeline.ts", "-j", "2"]);
  await project.until(() =>
    project.list(".pipeline/tmp").length > 0 && project.list(".pipeline/store").length > 0
  );
  engine.kill("SIGINT");
  const { code, stdout } = await finished(engine);
  assert.equal(code, 130);
  assert.match(stdout, /slow: stopped\n/);
  assert.match(stdout, /go on with: deno task pipeline run pipeline\.ts -j 2\n$/);
  assert.deepEqual(await project.stageProcesses(), []);
  assert.deepEqual([project.list(".pipeline/tmp"), project.list(".pipeline/locks")], [[], []]);
  project.write({ "raw.txt": "xy" });
  assert.deepEqual(stagesWith("stage-started", await project.run()), ["slow", "last"]);
});

Deno.test("two engines on one store make each result once; the second waits and takes it", async () => {
  using project = slowProject(`
    await new Promise((resolve) => setTimeout(resolve, 1000));
    Deno.writeTextFileSync(ctx.outputs["out.txt"], "");`);
  const runs = await Promise.all([project.run(), project.run()]);
  assert.deepEqual(runs.map(({ code }) => code), [0, 0]);
  for (const stage of ["quick", "slow", "last"]) {
    const made = runs.flatMap((run) => stagesWith("stage-finished", run)).filter((made) => made === stage);
    assert.equal(made.length, 1, `${stage} was made ${made.length} times`);
  }
});

Deno.test("two equal stages of one pipeline run once", async () => {
  using project = textProject();
  const run = await project.run(["--set", "repeat=1"]);
  assert.equal(run.code, 0);
  assert.equal(stagesWith("stage-started", run).filter((stage) => stage.startsWith("upper")).length, 1);
  assert.equal(project.read("results/joined.txt"), ">ABC+ABC");
});

Deno.test("a failure that a stage declares to be passing is tried again, as often as it says; others are not", async (t) => {
  const retries = `"out.txt"], retries: { errors: ["TimedOut", "is busy"], times: 2 }, env: [`;
  const count = `
    const path = ctx.checkpoint + "/attempts";
    let attempt = 1;
    try { attempt += Number(Deno.readTextFileSync(path)); } catch { /* the first */ }
    Deno.writeTextFileSync(path, String(attempt));`;
  const cases: { title: string; body: string; starts: number; error?: RegExp }[] = [
    { title: "by name", body: `if (attempt < 3) throw new Deno.errors.TimedOut("late");`, starts: 3 },
    { title: "by message", body: `if (attempt < 2) throw new Error("the device is busy");`, starts: 2 },
    {
      title: "too often",
      body: `throw new Error("the device is busy");`,
      starts: 3,
      error: /: the device is busy$/,
    },
    { title: "another", body: `throw new Error("wrong");`, starts: 1, error: /: wrong$/ },
  ];
  for (const { title, body, starts, error } of cases) {
    await t.step(title, async () => {
      const write = `Deno.writeTextFileSync(ctx.outputs["out.txt"], "fine");`;
      using project = slowProject(`${count} ${body} ${write}`, retries);
      // With --force too, a retry goes on from the checkpoint.
      const run = await project.run(["--force"]);
      assert.equal(stagesWith("stage-started", run).filter((stage) => stage === "slow").length, starts);
      assert.equal(stagesWith("stage-retried", run).length, starts - 1);
      assert.equal(run.code, error === undefined ? 0 : 1);
      if (error !== undefined) assert.match(failureOf(run), error);
      assert.deepEqual(project.list(".pipeline/failed").length, error === undefined ? 0 : 1);
    });
  }
});

Deno.test("an input that changes during the run and is given its old time again gives no result", async () => {
  using project = new TempProject({
    "raw.txt": "old",
    "stages/wait.ts": stageText(
      "wait",
      `params: v.object({}), inputs: ["text"], outputs: ["o"]`,
      `while ([...Deno.readDirSync(ctx.checkpoint)].length === 0) await new Promise((r) => setTimeout(r, 20));
       Deno.copyFileSync(ctx.input("text"), ctx.outputs.o);`,
    ),
    "pipeline.ts": pipelineText(["wait"], `return [wait({ inputs: { text: raw("raw.txt") } })];`),
  });
  const hourAgo = new Date(Date.now() - 3_600_000);
  Deno.utimeSync(project.path("raw.txt"), hourAgo, hourAgo);
  const engine = finished(project.start(["run", "pipeline.ts", "--json"]));
  const folder = ".pipeline/checkpoints";
  await project.until(() => project.list(folder).some((name) => !name.endsWith(".json")));
  const [key] = project.list(folder).filter((name) => !name.endsWith(".json"));
  project.write({ "raw.txt": "new" });
  Deno.utimeSync(project.path("raw.txt"), hourAgo, hourAgo);
  project.write({ [`${folder}/${key}/go`]: "" });
  assert.match(failureOf(await engine), /input "text" \(raw\.txt\) changed while it ran/);
});

Deno.test("two stages of one name in a module are refused, since nothing tells which of them is meant", async () => {
  using project = new TempProject({
    "stages/make.ts": `import * as v from "valibot";
import { defineStage } from "pipeline";
const make = (text: string) => defineStage({
  name: "make", module: import.meta.url, params: v.object({}), inputs: [], outputs: ["o"],
  run(ctx) { Deno.writeTextFileSync(ctx.outputs.o, text); },
});
export const first = make("first");
export const second = make("second");
`,
    "pipeline.ts": `import { second } from "./stages/make.ts";\nexport default [second()];\n`,
  });
  const run = await project.run();
  assert.match(failureOf(run), /its module exports 2 stages of that name, expected a name for each/);
});
