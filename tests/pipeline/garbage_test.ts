import assert from "node:assert/strict";
import { finished, stagesWith, type TempProject, textProject } from "./temp_project.ts";

/** Stages of the results in the store. */
function results(project: TempProject): string[] {
  return project.entries().map((entry) => JSON.parse(project.read(`${entry}/manifest.json`)).id).sort();
}

async function gc(project: TempProject, ...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await project.command(["gc", ...args]);
  assert.equal(code, 0, stderr);
  return stdout;
}

/** Runs with `repeat` 2 to 5, of which the last is published. */
async function fourRuns(): Promise<TempProject> {
  const project = textProject();
  for (const repeat of [2, 3, 4, 5]) await project.run(["--set", `repeat=${repeat}`]);
  assert.equal(results(project).length, 9);
  return project;
}

Deno.test("gc keeps what the last runs used and what lies published, and removes the rest", async () => {
  using project = await fourRuns();
  assert.match(await gc(project), /^Removed nothing; kept 9 results \(.* kB\) and 4 runs\n$/);
  const dry = await gc(project, "--keep", "2", "--dry-run", "--verbose");
  assert.match(dry, /result upper 1 \(.*\)\n/);
  assert.match(dry, /Would remove 4 results, 2 runs \(.* kB\); kept 5 results/);
  assert.equal(results(project).length, 9);
  assert.match(await gc(project, "--keep", "2"), /^Removed 4 results, 2 runs \(/);
  assert.deepEqual(results(project), ["join", "join", "upper 0", "upper 1", "upper 1"]);
  for (const repeat of [4, 5]) {
    assert.deepEqual(stagesWith("stage-started", await project.run(["--set", `repeat=${repeat}`])), []);
  }
  assert.deepEqual(
    stagesWith("stage-started", await project.run()),
    ["upper 1", "join"],
    "a run makes it again",
  );
  assert.deepEqual(project.list(".pipeline/trash"), []);
});

Deno.test("gc keeps a published result and what it was made from after its run is gone", async () => {
  using project = await fourRuns();
  // The last run is one that publishes nothing.
  await project.run(["--set", "repeat=2", "--until", "upper"]);
  await gc(project, "--keep", "1");
  assert.deepEqual(results(project), ["join", "upper 0", "upper 1", "upper 1"]);
  // What git ignores has a record of its own.
  const record = project.path("results/.published");
  Deno.renameSync(`${record}.json`, `${record}_ignored.json`);
  await gc(project, "--keep", "1");
  assert.deepEqual(stagesWith("stage-started", await project.run(["--set", "repeat=5"])), []);
});

Deno.test("links in the project's folder are followed, and those to nothing are no hindrance", async () => {
  using project = await fourRuns();
  await project.run(["--set", "repeat=2", "--until", "upper"]);
  Deno.renameSync(project.path("results"), project.path(".elsewhere"));
  for (const [from, to] of [["results", ".elsewhere"], ["gone", "nothing"], ["itself", "itself"]]) {
    Deno.symlinkSync(to, project.path(from));
  }
  await gc(project, "--keep", "1");
  assert.deepEqual(results(project), ["join", "upper 0", "upper 1", "upper 1"]);
});

Deno.test("a pinned run stays", async () => {
  using project = await fourRuns();
  assert.match((await project.command(["pin", "latest~3"])).stdout, /^Pinned: \d{4}-/);
  const listed = (await project.command(["pin"])).stdout.trimEnd().split("\n");
  assert.deepEqual(listed.map((line) => line[0]), ["*", " ", " ", " "]);
  await gc(project, "--keep", "1");
  assert.equal(project.list(".pipeline/runs").length, 2);
  assert.deepEqual(stagesWith("stage-started", await project.run(["--set", "repeat=2"])), []);
  await project.command(["pin", "--remove", "latest~2"]);
  await project.run(["--set", "repeat=5"]);
  await gc(project, "--keep", "1");
  assert.deepEqual(results(project), ["join", "upper 0", "upper 1"]);
});

Deno.test("runs of one pipeline do not push out those of another", async () => {
  using project = await fourRuns();
  project.write({
    "other.ts": project.read("pipeline.ts").replace(`"results/joined.txt"`, `"results/other.txt"`),
  });
  for (const repeat of [6, 7]) await project.command(["run", "other.ts", "--set", `repeat=${repeat}`]);
  Deno.removeSync(project.path("results"), { recursive: true });
  await gc(project, "--keep", "1");
  assert.deepEqual(stagesWith("stage-started", await project.run(["--set", "repeat=5"])), []);
});

Deno.test("gc of a pipeline file takes nothing of another", async () => {
  using project = await fourRuns();
  project.write({ "other.ts": project.read("pipeline.ts") });
  for (const repeat of [6, 7, 8]) {
    await project.command(["run", "other.ts", "--set", `repeat=${repeat}`, "--only", "upper 1"]);
  }
  assert.match(
    await gc(project, "other.ts", "--keep", "1"),
    /^Removed 2 results, 2 runs .* kept 10 results .* and 5 runs\n$/,
  );
  const { stderr, code } = await project.command(["gc", "othr.ts"]);
  assert.match(stderr, /^Cannot find runs of othr\.ts: there are none, expected 'other\.ts'/);
  assert.equal(code, 1);
});

Deno.test("gc takes what killed engines left, but no checkpoint of a recent run", async () => {
  using project = textProject();
  await project.run();
  project.write({
    ".pipeline/tmp/k.1.a/outputs/out.txt": "half",
    ".pipeline/.index.jsonl.0123abcd.tmp": "half",
    ".pipeline/locks/k.lock": "",
    ".pipeline/detached/a.log": "",
    ".pipeline/trash/a/0/manifest.json": "{}",
    ".pipeline/store/ab/abc/outputs/o": "no manifest",
    ".pipeline/checkpoints/old/steps": "1",
  });
  const failing = project.read("stages/join.ts");
  project.write({
    "stages/join.ts": failing.replace(
      "const texts",
      `Deno.writeTextFileSync(ctx.checkpoint + "/step", "1"); throw new Error("no"); const texts`,
    ),
  });
  await project.run();
  assert.match(
    await gc(project),
    /^Removed 1 result, 1 checkpoint file, 2 scratch files and folders, 1 log of a detached run \(/,
  );
  const left = ["tmp", "locks", "trash"].flatMap((name) => project.list(`.pipeline/${name}`));
  assert.deepEqual([...left, ...project.list(".pipeline").filter((name) => name.endsWith(".tmp"))], []);
  assert.equal(project.list(".pipeline/checkpoints").length, 1);
  assert.equal(project.list(".pipeline/failed").length, 1);
  project.write({ "stages/join.ts": failing });
  for (let run = 0; run < 2; run++) await project.run();
  assert.match(await gc(project, "--keep", "1"), /1 checkpoint file, 1 failure/);
  assert.deepEqual([project.list(".pipeline/checkpoints"), project.list(".pipeline/failed")], [[], []]);
});

Deno.test("gc refuses while a run is on", async () => {
  using project = textProject();
  project.write({
    "stages/upper.ts": project.read("stages/upper.ts")
      .replace("const text", "await new Promise((resolve) => setTimeout(resolve, 60_000)); const text"),
  });
  const engine = project.start(["run", "pipeline.ts"]);
  await project.until(() => project.list(".pipeline/tmp").length > 0);
  const { stderr, code } = await project.command(["gc"]);
  assert.equal(code, 1);
  assert.match(stderr, /Cannot collect garbage: a run is on, expected none/);
  engine.kill("SIGINT");
  await finished(engine);
});
