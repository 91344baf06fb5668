import assert from "node:assert/strict";
import { join } from "node:path";
import { Checkpoint } from "../../lib/pipeline/store/checkpoint.ts";
import { type EngineRun, failureOf, finished, pipelineText, stageText, TempProject } from "./temp_project.ts";

const steps = 10;
const gate = 5;

/**
 * A project whose stage takes ten steps, each a line of `steps.txt`, which it keeps in its checkpoint, and then copies
 * them to its output. Before the sixth step it waits for a file outside the project, which is in no key.
 */
class StepProject extends TempProject {
  readonly go: string = `${this.root}-go`;

  constructor(atGate = "") {
    super({ "raw.txt": "x" });
    this.write({
      "stages/count.ts": stageText(
        "count",
        `params: v.object({}), inputs: ["text"], outputs: ["steps.txt"], permissions: { read: ["${this.go}"] }`,
        `const path = ctx.checkpoint + "/steps.txt";
         const saved = exists(path) ? Deno.readTextFileSync(path).split("\\n").slice(0, -1) : [];
         for (let step = saved.length + 1; step <= ${steps}; step++) {
           if (step === ${gate + 1} && !exists("${this.go}")) {
             ${atGate}
             for (let i = 0; i < 1200 && !exists("${this.go}"); i++) {
               await new Promise((resolve) => setTimeout(resolve, 50));
             }
           }
           saved.push(step + Deno.readTextFileSync(ctx.input("text")));
           Deno.writeTextFileSync(path + ".new", saved.map((line) => line + "\\n").join(""));
           Deno.renameSync(path + ".new", path);
           ctx.log("step " + step);
         }
         Deno.copyFileSync(path, ctx.outputs["steps.txt"]);`,
        `const exists = (path: string) => { try { return Deno.statSync(path).isFile; } catch { return false; } };`,
      ),
      "pipeline.ts": pipelineText(["count"], `return [count({ inputs: { text: raw("raw.txt") } })];`),
    });
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    Deno.removeSync(this.go);
  }

  open(): void {
    Deno.writeTextFileSync(this.go, "");
  }

  /** The stage's own checkpoint file, or nothing. */
  saved(): string {
    return this.list(".pipeline/checkpoints").filter((name) => !name.endsWith(".json"))
      .map((key) => `.pipeline/checkpoints/${key}/steps.txt`).filter((path) => this.exists(path))
      .map((path) => this.read(path)).join("");
  }

  async untilGate(): Promise<void> {
    await this.until(() => this.saved().split("\n").length === gate + 1);
  }
}

function stepsOf({ events }: EngineRun): number[] {
  return events.flatMap((event) =>
    event.type === "stage-log" ? [Number(event.line.replace("step ", ""))] : []
  );
}

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** What a run that nothing disturbs makes of a raw file. */
const whole = (text: string) => range(1, steps).map((step) => `${step}${text}\n`).join("");

/** Checks that `run` went on after the gate, and that nothing but the whole result is left. */
function assertWentOn(project: StepProject, run: EngineRun, resumes = true): void {
  assert.equal(run.code, 0, run.stdout + run.stderr);
  assert.deepEqual(stepsOf(run), range(resumes ? gate + 1 : 1, steps));
  const started = run.events.find((event) => event.type === "stage-started");
  assert.equal(started?.resumes, resumes);
  assert.equal(project.read(project.output("count", "steps.txt")), whole(project.read("raw.txt")));
  assert.deepEqual(project.list(".pipeline/checkpoints"), []);
}

Deno.test("a stage killed with -9 goes on at the step where it was, and ends with the same bytes", async () => {
  using project = new StepProject();
  const engine = finished(project.start(["run", "pipeline.ts", "--json"]));
  await project.untilGate();
  for (const pid of await project.stageProcesses()) Deno.kill(pid, "SIGKILL");
  const killed = await engine;
  assert.match(failureOf(killed), /its process was ended by SIGKILL/);
  assert.deepEqual(stepsOf(killed), range(1, gate));
  const failure = killed.events.find((event) => event.type === "stage-failed");
  assert.equal(failure?.resumable, true);
  project.open();
  assertWentOn(project, await project.run());
});

Deno.test("after kill -9 of the engine the next one goes on at the step where the stage was", async () => {
  using project = new StepProject();
  const engine = project.start(["run", "pipeline.ts", "--json"]);
  await project.untilGate();
  const left = await project.stageProcesses();
  engine.kill("SIGKILL");
  const next = project.run();
  await finished(engine);
  // The stage that was left behind lives for a moment; it must not take steps beside its successor.
  const events = () =>
    project.list(".pipeline/runs").slice(1).map((run) => project.read(`.pipeline/runs/${run}/events.jsonl`));
  await project.until(() => events().join("").includes("stage-started"));
  assert.deepEqual((await project.stageProcesses()).filter((pid) => left.includes(pid)), []);
  project.open();
  assertWentOn(project, await next);
});

Deno.test("after Ctrl-C and after a failure the next run goes on", async (t) => {
  await t.step("Ctrl-C", async () => {
    using project = new StepProject();
    const engine = project.start(["run", "pipeline.ts"]);
    await project.untilGate();
    engine.kill("SIGINT");
    assert.equal((await finished(engine)).code, 130);
    project.open();
    assertWentOn(project, await project.run());
  });
  await t.step("an exception", async () => {
    using project = new StepProject(`throw new Error("no more");`);
    const failed = await project.command(["run", "pipeline.ts"]);
    assert.match(failed.stdout, /\n {2}The next run goes on from its checkpoint; --force begins anew\n/);
    project.open();
    const shown = await project.command(["run", "pipeline.ts", "--dry-run"]);
    assert.match(shown.stdout, /count {2}would run/);
    assertWentOn(project, await project.run());
  });
});

Deno.test("another key begins with an empty folder; the first key's stays", async () => {
  using project = new StepProject(`throw new Error("no more");`);
  await project.run();
  project.open();
  project.write({ "raw.txt": "y" });
  const other = await project.run();
  assert.deepEqual(stepsOf(other), range(1, steps));
  assert.equal(project.read(project.output("count", "steps.txt")), whole("y"));
  assert.equal(project.list(".pipeline/checkpoints").length, 1);
  project.write({ "raw.txt": "x" });
  assert.deepEqual(stepsOf(await project.run()), range(gate + 1, steps));
  assert.deepEqual(project.list(".pipeline/checkpoints"), []);
});

Deno.test("--force begins anew", async () => {
  using project = new StepProject(`throw new Error("no more");`);
  await project.run();
  project.open();
  assertWentOn(project, await project.run(["--force"]), false);
});

Deno.test("what was saved while an input changed is dropped, even if the input changed back", async (t) => {
  const edit = (project: StepProject) => {
    project.write({ "raw.txt": "y" });
    project.write({ "raw.txt": "x" });
  };
  await t.step("by the engine that saw it", async () => {
    using project = new StepProject();
    const engine = finished(project.start(["run", "pipeline.ts", "--json"]));
    await project.untilGate();
    edit(project);
    project.open();
    assert.match(failureOf(await engine), /input "text" \(raw\.txt\) changed while it ran/);
    assert.deepEqual(project.list(".pipeline/checkpoints"), []);
    assertWentOn(project, await project.run(), false);
  });
  await t.step("by the next engine if that was killed", async () => {
    using project = new StepProject();
    const engine = project.start(["run", "pipeline.ts", "--json"]);
    await project.untilGate();
    edit(project);
    engine.kill("SIGKILL");
    await finished(engine);
    project.open();
    assertWentOn(project, await project.run(), false);
  });
});

Deno.test("an empty checkpoint is none, and a removed one is gone", async () => {
  using project = new StepProject();
  project.open();
  const checkpoint = new Checkpoint(project.path(".pipeline"), "k", [project.path("raw.txt")]);
  const signal = new AbortController().signal;
  assert.equal(await checkpoint.open({ fresh: false, signal }), false);
  Deno.writeTextFileSync(join(checkpoint.path, "a"), "");
  assert.equal(checkpoint.close(), true);
  assert.equal(await checkpoint.open({ fresh: false, signal }), true);
  checkpoint.remove();
  assert.equal(await checkpoint.open({ fresh: false, signal }), false);
  assert.equal(checkpoint.close(), false, "an empty folder is nothing to go on from");
  assert.deepEqual(project.list(".pipeline/checkpoints"), []);
});

Deno.test("a folder that another process holds is waited for, or left alone when the run is stopped", async () => {
  using project = new StepProject();
  project.open();
  const checkpoint = new Checkpoint(project.path(".pipeline"), "k", []);
  Deno.mkdirSync(checkpoint.path, { recursive: true });
  project.write({ ".pipeline/checkpoints/k/steps.txt": "1x\n" });
  const module = new URL("../../lib/pipeline/store/hold_folder.ts", import.meta.url).href;
  const holder = new Deno.Command(Deno.execPath(), {
    args: [
      "eval",
      `import { holdFolder } from "${module}";
       await holdFolder("${checkpoint.path}");
       console.log("held");
       setTimeout(() => {}, 60_000);`,
    ],
    stdout: "piped",
  }).spawn();
  const output = holder.stdout.getReader();
  await output.read();
  const stop = new AbortController();
  const stopped = checkpoint.open({ fresh: true, signal: stop.signal });
  stop.abort(new Error("stopped"));
  await assert.rejects(stopped, /stopped/);
  assert.equal(checkpoint.close(), true);
  assert.equal(project.saved(), "1x\n", "it was not ours to empty");

  let opened = false;
  const opening = checkpoint.open({ fresh: false, signal: new AbortController().signal }).then((found) => {
    opened = true;
    return found;
  });
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.equal(opened, false);
  holder.kill("SIGKILL");
  await holder.status;
  await output.cancel();
  assert.equal(await opening, true);
});
