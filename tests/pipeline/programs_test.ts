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
