import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { readTextIfPresent, removeIfPresent } from "../../lib/pipeline/base/files.ts";
import {
  type EngineRun,
  failureOf,
  finished,
  pipelineText,
  processes,
  stagesWith,
  stageText,
  TempProject,
  textProject,
} from "./temp_project.ts";

const fakes = fileURLToPath(new URL("fake_slurm", import.meta.url));

/** Runs `work` with a queue of its own: the environment in which stand-ins for Slurm's commands are found first. */
async function withFakes(work: (env: Record<string, string>, state: string) => Promise<void>): Promise<void> {
  const state = Deno.makeTempDirSync({ prefix: "equipoise-slurm-" });
  try {
    await work({ PATH: `${fakes}:${Deno.env.get("PATH")}`, FAKE_SLURM: state }, state);
  } finally {
    Deno.removeSync(state, { recursive: true });
  }
}

const onSlurm = ["--executor", "slurm", "--latency-wait", "1"];

function linesOf(path: string): string[] {
  return readTextIfPresent(path)?.trimEnd().split("\n") ?? [];
}

/** Two stages that wait until a file outside the project is there, and one that reads both. */
class GateProject extends TempProject {
  readonly gate: string = `${this.root}-gate`;

  constructor() {
    super({ "raw.txt": "x" });
    this.write({
      "stages/wait.ts": stageText(
        "wait",
        `params: v.object({ n: v.number() }), inputs: [], outputs: ["o"], permissions: { run: ["sh"] }`,
        `new Deno.Command("sh", { args: ["-c", 'echo begun >> "$PWD.tally"'] }).outputSync();
         while (!new Deno.Command("sh", { args: ["-c", "test -e ${this.gate}"] }).outputSync().success) {
           await new Promise((resolve) => setTimeout(resolve, 50));
         }
         Deno.writeTextFileSync(ctx.outputs.o, "waited " + ctx.params.n);`,
      ),
      "stages/join.ts": stageText(
        "join",
        `params: v.object({}), inputs: ["parts"], outputs: ["o"]`,
        `const texts = ctx.inputList("parts").map((path) => Deno.readTextFileSync(path));
         Deno.writeTextFileSync(ctx.outputs.o, texts.join("+"));`,
      ),
      "pipeline.ts": pipelineText(
        ["wait", "join"],
        `const parts = [1, 2].map((n) => wait({ label: String(n), params: { n } }).outputs.o);
         return [join({ inputs: { parts }, resources: { memory: "100 MB" }, publish: { o: "results/o" } })];`,
      ),
    });
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    removeIfPresent(this.gate);
    removeIfPresent(`${this.root}.tally`);
  }

  open(): void {
    Deno.writeTextFileSync(this.gate, "");
  }

  /** How often a stage that waits was really begun. */
  begun(): number {
    return linesOf(`${this.root}.tally`).length;
  }

  async untilBegun(count: number): Promise<void> {
    await this.until(() => this.begun() >= count);
  }

  /** Process ids of the workers of Slurm. */
  async workers(): Promise<number[]> {
    return await processes((line) => line.includes("cli.ts worker ") && line.includes(this.root));
  }
}

function assertJoined(project: TempProject, run: EngineRun): void {
  assert.equal(run.code, 0, run.stdout + run.stderr);
  assert.equal(project.read("results/o"), "waited 1+waited 2");
  assert.deepEqual(project.list(".pipeline/slurm"), []);
}

/** Kills a worker once `begun` of them are at work, and checks that the run finishes all the same, each stage once. */
async function runWithKilledWorker(
  project: GateProject,
  begun: number,
  env: Record<string, string> = {},
): Promise<void> {
  const driver = project.run(onSlurm, env);
  await project.untilBegun(begun);
  Deno.kill((await project.workers())[0], "SIGKILL");
  await project.untilBegun(begun + 1);
  project.open();
  const run = await driver;
  assertJoined(project, run);
  assert.deepEqual(stagesWith("stage-finished", run).sort(), ["join", "wait 1", "wait 2"]);
}

Deno.test("a run on Slurm submits one array for what is ready together, and publishes the results", () =>
  withFakes(async (env, state) => {
    using project = textProject();
    const run = await project.run([...onSlurm, "--sbatch=--partition=all"], env);
    assert.equal(run.code, 0, run.stdout + run.stderr);
    assert.equal(project.read("results/joined.txt"), ">ABC+ABCABC");
    assert.deepEqual(stagesWith("stage-started", run).sort(), ["join", "upper 0", "upper 1"]);
    const submissions = linesOf(`${state}/submissions`);
    assert.deepEqual(submissions.map((line) => /--array=(\S+)/.exec(line)?.[1]), ["0-1", "0-0"]);
    assert.match(submissions[0], /--cpus-per-task=1 .*--open-mode=append --no-requeue --partition=all /);
    const again = await project.run(onSlurm, env);
    assert.deepEqual(stagesWith("stage-hit", again).length, 3);
    assert.equal(linesOf(`${state}/submissions`).length, 2, "what is in the store is not submitted");
    assert.equal(project.list(".pipeline/runs").length, 2, "workers are no runs of their own");
  }));

Deno.test("stages that ask Slurm for the same are one array, with options for memory and GPUs", () =>
  withFakes(async (env, state) => {
    using project = new TempProject({
      "stages/see.ts": stageText(
        "see",
        `params: v.object({ n: v.number() }), inputs: [], outputs: ["o"]`,
        `await new Promise((resolve) => setTimeout(resolve, 1300));
         Deno.writeTextFileSync(ctx.outputs.o, Deno.env.get("CUDA_VISIBLE_DEVICES"));`,
      ),
      "pipeline.ts": pipelineText(
        ["see"],
        `const asked = [{}, { gpus: 2, memory: "2 GiB" }, {}, { gpus: 2, memory: 2 ** 31 }, { cores: "all" }];
         return asked.map((resources, n) => see({ label: String(n), params: { n }, resources }));`,
      ),
    });
    const run = await project.run(onSlurm, env);
    assert.equal(run.code, 0, run.stdout + run.stderr);
    const options = linesOf(`${state}/submissions`).map((line) =>
      / (--array=\S+ .*) --chdir=/.exec(line)?.[1]
    );
    assert.deepEqual(options, [
      "--array=0-1 --cpus-per-task=1",
      "--array=0-1 --cpus-per-task=1 --mem=2097152K --gres=gpu:2",
      "--array=0-0 --exclusive",
    ]);
    const seen = [0, 1, 2, 3, 4].map((n) => project.read(project.output(`see ${n}`, "o")));
    assert.deepEqual(seen, ["", "0,1", "", "0,1", ""]);
    assert.equal(new Set(stagesWith("stage-memory", run)).size, 5, "workers report the memory");
    for (const event of run.events) {
      if (event.type === "stage-finished") {
        assert.ok(event.peakMemory! > 20e6, "the worker's manifest has it");
      }
    }
  }));

Deno.test("a failure on Slurm is told as one here, with its log", () =>
  withFakes(async (env) => {
    using project = textProject();
    project.write({
      "stages/join.ts": project.read("stages/join.ts").replace(
        "const texts",
        `throw new Error("no"); const texts`,
      ),
    });
    const run = await project.run(onSlurm, env);
    assert.equal(run.code, 1);
    assert.equal(failureOf(run), `Cannot run "join": no`);
    const [key] = project.list(".pipeline/failed");
    assert.match(project.read(`.pipeline/failed/${key}/log.txt`), /Error: no/);
  }));

Deno.test("a worker that is killed is submitted again, and every stage is committed once", () =>
  withFakes(async (env, state) => {
    using project = new GateProject();
    await runWithKilledWorker(project, 2, env);
    assert.equal(linesOf(`${state}/submissions`).length, 3);
    assert.equal(project.begun(), 3);
  }));

Deno.test("a driver that is killed leaves its jobs to the next one, which submits none of them again", () =>
  withFakes(async (env, state) => {
    using project = new GateProject();
    const driver = project.start(["run", "pipeline.ts", "--json", ...onSlurm], env);
    await project.untilBegun(2);
    driver.kill("SIGKILL");
    await finished(driver);
    const next = finished(project.start(["run", "pipeline.ts", "--json", ...onSlurm], env));
    await project.until(() => project.list(".pipeline/runs").length === 2);
    project.open();
    assertJoined(project, await next);
    assert.equal(project.begun(), 2);
    assert.equal(linesOf(`${state}/submissions`).length, 2, "the array of the first driver, and join");
  }));

Deno.test("Ctrl-C cancels the run's own jobs and no others", () =>
  withFakes(async (env, state) => {
    using project = new GateProject();
    const other = new Deno.Command("sleep", { args: ["60"] }).spawn();
    Deno.writeTextFileSync(`${state}/99_0`, `${other.pid} someone-else\n`);
    const driver = project.start(["run", "pipeline.ts", ...onSlurm], env);
    await project.untilBegun(2);
    driver.kill("SIGINT");
    const { code, stdout } = await finished(driver);
    assert.equal(code, 130);
    assert.match(stdout, /go on with: deno task pipeline run pipeline\.ts --executor slurm/);
    assert.deepEqual(linesOf(`${state}/cancelled`).sort(), ["1_0", "1_1"]);
    await project.until(async () => (await project.workers()).length === 0);
    other.kill("SIGKILL");
    assert.equal((await other.status).signal, "SIGKILL", "it was alive until now");
    project.open();
    assertJoined(project, await project.run(onSlurm, env));
  }));

Deno.test("without Slurm the run says what is missing", async () => {
  using project = textProject();
  const folder = Deno.makeTempDirSync();
  const run = await project.run([...onSlurm, "--keep-going"], { PATH: folder });
  Deno.removeSync(folder);
  assert.equal(run.code, 1);
  assert.match(
    JSON.stringify(run.events),
    /Cannot use Slurm: there is no program sbatch, expected a machine/,
  );
  const wrong = await project.command(["run", "pipeline.ts", "--executor", "slrum"]);
  assert.match(wrong.stderr, /--executor: it is "slrum", expected local or slurm/);
  assert.equal(wrong.code, 2);
});

Deno.test("--detach starts a run that outlives the shell that started it", async () => {
  using project = textProject();
  const shell = await project.command(["run", "pipeline.ts", "--detach"]);
  const [, pid, log] =
    /^Started as process (\d+); its output is in (\S+); kill -INT \1 stops it\n$/.exec(shell.stdout) ?? [];
  assert.ok(log !== undefined, shell.stdout);
  const text = () => Deno.readTextFileSync(log);
  await project.until(() => text().includes("3 stages: 3 ran"));
  // It still writes what it learnt: the project can only be removed once it has ended. If nobody asks how it ended it
  // stays in the list of processes, without its arguments.
  const engine = (line: string) => parseInt(line) === Number(pid) && line.includes("cli.ts run ");
  await project.until(async () => (await processes(engine)).length === 0);
  assert.equal(project.read("results/joined.txt"), ">ABC+ABCABC");
});

function hasSlurm(): boolean {
  try {
    return new Deno.Command("sinfo", { stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

Deno.test({
  name: "on the real Slurm a worker is killed, and the run finishes with every stage committed once",
  ignore: !hasSlurm(),
  async fn() {
    using project = new GateProject();
    await runWithKilledWorker(project, 1);
    assert.equal(project.entries().length, 3);
    const queued = await new Deno.Command("squeue", { args: ["--me", "--noheader", "--format=%j"] }).output();
    assert.doesNotMatch(new TextDecoder().decode(queued.stdout), /^pipeline-/m);
  },
});

/** The environment in which a program called sbatch with the text `script` is found before the stand-in. */
function withSbatch(env: Record<string, string>, state: string, script: string): Record<string, string> {
  const folder = `${state}/first`;
  Deno.mkdirSync(folder);
  Deno.writeTextFileSync(`${folder}/sbatch`, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return { ...env, PATH: `${folder}:${env.PATH}` };
}

Deno.test("more stages than an array may have tasks are submitted in several arrays", async () => {
  await withFakes(async (env, state) => {
    using project = new TempProject({
      "stages/make.ts": stageText(
        "make",
        `params: v.object({ n: v.number() }), inputs: [], outputs: ["o"]`,
        `Deno.writeTextFileSync(ctx.outputs.o, "");`,
      ),
      "pipeline.ts": pipelineText(
        ["make"],
        `return Array.from({ length: 1001 }, (_, n) => make({ label: String(n), params: { n } }));`,
      ),
    });
    const refusing = withSbatch(env, state, `echo "$*" >>"$FAKE_SLURM/submissions"; echo full >&2; exit 1`);
    await project.run([...onSlurm, "-j", "2000"], refusing);
    const lasts = linesOf(`${state}/submissions`).map((line) => Number(/--array=0-(\d+)/.exec(line)![1]));
    assert.equal(lasts.reduce((sum, last) => sum + last + 1, 0), 1001);
    assert.ok(lasts.every((last) => last < 1000), `indices up to ${lasts}`);
  });
});

Deno.test("a worker that takes the result of other code from the store is told apart at once", async () => {
  await withFakes(async (env, state) => {
    using project = textProject();
    const old = project.read("helper.ts");
    assert.equal((await project.run()).code, 0);
    project.write({ "helper.ts": `export const prefix = "new";`, "old.ts": old });
    const late = withSbatch(env, state, `cp old.ts helper.ts; exec "${fakes}/sbatch" "$@"`);
    assert.match(
      failureOf(await project.run(onSlurm, late)),
      /its code or inputs changed after it was submitted/,
    );
    assert.equal(linesOf(`${state}/submissions`).length, 1);
  });
});
