import assert from "node:assert/strict";
import { finished, pipelineText, processes, stageText, TempProject } from "./temp_project.ts";

/** A project with one stage, whose body is given; it may start `tail` on the raw file. */
function programProject(body: string): TempProject {
  return new TempProject({
    "raw.txt": "x",
    "stages/work.ts": stageText(
      "work",
      `params: v.object({}), inputs: ["text"], outputs: ["o"], permissions: { run: ["tail"] }`,
      `const tail = new Deno.Command("tail", { args: ["-f", ctx.input("text")], stdout: "null", stderr: "null" });
       ${body}
       Deno.writeTextFileSync(ctx.outputs.o, "done");`,
    ),
    "pipeline.ts": pipelineText(["work"], `return [work({ inputs: { text: raw("raw.txt") } })];`),
  });
}

/** Ids of the programs that the project's stage started. */
function programs(project: TempProject): Promise<number[]> {
  return processes((line) => line.includes(`tail -f ${project.root}`));
}

const goOn = `tail.spawn(); await new Promise((resolve) => setTimeout(resolve, 200));`;
const forever = `tail.spawn(); await new Promise((resolve) => setTimeout(resolve, 600_000));`;
const cases: { title: string; body: string; signal?: Deno.Signal; code: number }[] = [
  { title: "when it finishes", body: goOn, code: 0 },
  { title: "when it fails", body: `${goOn} throw new Error("no");`, code: 1 },
  { title: "at Ctrl-C", body: forever, signal: "SIGINT", code: 130 },
  { title: "at Ctrl-C, though it waits for them", body: "tail.outputSync();", signal: "SIGINT", code: 130 },
  { title: "at SIGTERM", body: forever, signal: "SIGTERM", code: 130 },
  { title: "at kill -9 of the engine", body: forever, signal: "SIGKILL", code: 137 },
  {
    title: "at kill -9 of the engine, though it waits for them",
    body: "tail.outputSync();",
    signal: "SIGKILL",
    code: 137,
  },
];

for (const { title, body, signal, code } of cases) {
  Deno.test(`the programs that a stage started end with it ${title}`, async () => {
    using project = programProject(body);
    const engine = project.start(["run", "pipeline.ts", "--json"]);
    const ending = finished(engine);
    await project.until(async () => (await programs(project)).length === 1);
    if (signal !== undefined) engine.kill(signal);
    const run = await ending;
    assert.equal(run.code, code, run.stdout + run.stderr);
    if (signal !== "SIGKILL") {
      assert.deepEqual(await programs(project), [], "they are gone when the engine is");
    }
    await project.until(async () => (await programs(project)).length === 0);
    await project.until(async () => (await project.stageProcesses()).length === 0);
  });
}

Deno.test("Ctrl-C on a terminal, which reaches the engine's whole group, stops everything once", async () => {
  using project = programProject(`
    Deno.addSignalListener("SIGINT", () => console.log("the stage got it"));
    ctx.signal.addEventListener("abort", () => ctx.log("asked to stop"));
    ${forever}`);
  const engine = project.start(["run", "pipeline.ts", "--json"], {}, { detached: true });
  const ending = finished(engine);
  await project.until(async () => (await programs(project)).length === 1);
  Deno.kill(-engine.pid, "SIGINT");
  const { code, events } = await ending;
  assert.equal(code, 130);
  assert.deepEqual(
    events.flatMap((event) => (event.type === "stage-log" ? [event.line] : [])),
    ["asked to stop"],
  );
  assert.deepEqual([await programs(project), await project.stageProcesses()], [[], []]);
});

Deno.test("Ctrl-Z pauses engine, stage and programs, and they go on together", async () => {
  using project = programProject(`
    tail.spawn();
    while (true) {
      ctx.log("alive");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }`);
  const engine = project.start(["run", "pipeline.ts", "--json"], {}, { detached: true });
  const ending = finished(engine);
  await project.until(async () => (await programs(project)).length === 1);
  const all = [engine.pid, ...await project.stageProcesses(), ...await programs(project)];
  const paused = async () => {
    const { stdout } = await new Deno.Command("ps", { args: ["-o", "stat=", "-p", all.join(",")] }).output();
    return new TextDecoder().decode(stdout).trim().split("\n").filter((state) => state.startsWith("T"))
      .length;
  };
  assert.deepEqual([all.length, await paused()], [3, 0]);
  Deno.kill(-engine.pid, "SIGTSTP");
  await project.until(async () => await paused() === 3);
  Deno.kill(-engine.pid, "SIGCONT");
  await project.until(async () => await paused() === 0);
  Deno.kill(-engine.pid, "SIGTSTP");
  await project.until(async () => await paused() === 3);
  engine.kill("SIGKILL");
  await ending;
  await project.until(async () =>
    (await programs(project)).length + (await project.stageProcesses()).length === 0
  );
});

Deno.test("a daemon that a stage leaves with its output open does not hold up the run", async () => {
  using project = new TempProject({
    "stages/work.ts": stageText(
      "work",
      `params: v.object({}), inputs: [], outputs: ["o"], permissions: { run: ["setsid"] }`,
      `new Deno.Command("setsid", { args: ["sleep", "60"], stdin: "null" }).spawn().unref();
       ctx.log("left");
       Deno.writeTextFileSync(ctx.outputs.o, "done");`,
    ),
    "pipeline.ts": pipelineText(["work"], `return [work({})];`),
  });
  const start = performance.now();
  const run = await project.run();
  assert.equal(run.code, 0, run.stdout);
  assert.ok(performance.now() - start < 30_000, "it ends long before the daemon does");
});

Deno.test("output without line breaks takes time in proportion to its length", async () => {
  const megabytes = 100;
  using project = new TempProject({
    "stages/print.ts": stageText(
      "print",
      `params: v.object({}), inputs: [], outputs: ["o"]`,
      `const block = new Uint8Array(1 << 20).fill(46);
       for (let i = 0; i < ${megabytes}; i++) {
         for (let n = 0; n < block.length;) n += Deno.stdout.writeSync(block.subarray(n));
       }
       Deno.writeTextFileSync(ctx.outputs.o, "done");`,
    ),
    "pipeline.ts": pipelineText(["print"], `return [print({})];`),
  });
  const start = performance.now();
  const run = await project.run();
  assert.equal(run.code, 0, run.stdout);
  assert.ok(performance.now() - start < 25_000, "where it was looked through again it took 50 s");
  const log = Deno.statSync(project.path(project.output("print", "o").replace("outputs/o", "log.txt")));
  assert.ok(log.size >= megabytes << 20, "all of it is in the log");
});

Deno.test("what a stage prints is never taken for a message that it is not", async () => {
  using project = new TempProject({
    "stages/print.ts": stageText(
      "print",
      `params: v.object({}), inputs: [], outputs: ["o"]`,
      `for (const text of ["null", "5", "[]", "{}", "{"]) console.log("\\x1e" + text);
       Deno.stdout.writeSync(Uint8Array.from({ length: 1000 }, (_, i) => i * 7 % 256));
       Deno.writeTextFileSync(ctx.outputs.o, "done");`,
    ),
    "pipeline.ts": pipelineText(["print"], `return [print({})];`),
  });
  assert.equal((await project.run()).code, 0);
});
