import assert from "node:assert/strict";
import { stagesWith, textProject } from "./temp_project.ts";

const target = "results/joined.txt";
const record = "results/.published.json";

Deno.test("a published file comes back when it is missing, without running anything", async () => {
  using project = textProject();
  await project.run();
  Deno.removeSync(project.path(target));
  const run = await project.run();
  assert.deepEqual(stagesWith("stage-started", run), []);
  assert.equal(project.read(target), ">ABC+ABCABC");
  assert.deepEqual(Object.keys(JSON.parse(project.read(record))), [target]);
});

Deno.test("a hand-edited file is reported and kept; --overwrite replaces it", async () => {
  using project = textProject();
  await project.run();
  project.write({ [target]: "my words", "helper.ts": `export const prefix = "=";` });
  const careful = await project.run();
  assert.deepEqual(stagesWith("publish-refused", careful), ["join"]);
  assert.equal(project.read(target), "my words");
  const plain = await project.command(["run", "pipeline.ts"]);
  assert.match(plain.stdout, /Did not publish results\/joined\.txt: it was edited .*--overwrite/);
  await project.run(["--overwrite"]);
  assert.equal(project.read(target), "=ABC+ABCABC");
  project.write({ "helper.ts": `export const prefix = "~";` });
  await project.run();
  assert.equal(project.read(target), "~ABC+ABCABC", "it is ours again");
});

Deno.test("a file is never taken for edited because the engine was killed while it published it", async () => {
  using project = textProject();
  const counter = project.path("count.json");
  await project.run(["--set", "repeat=3"]);
  await project.run(["--set", "repeat=2"], { FAULT: "count", FAULT_COUNT: counter });
  await project.run(["--set", "repeat=3"]);
  // Both results are in the store by now: a run does hardly more than publish.
  await project.run(["--set", "repeat=2"], { FAULT: "count", FAULT_COUNT: counter });
  const { total } = JSON.parse(project.read("count.json"));
  let copied = 0;
  for (let operation = 1; operation <= total; operation++) {
    await project.run(["--set", "repeat=3"]);
    const recorded = project.read(record);
    const killed = await project.run(["--set", "repeat=2"], { FAULT: `kill@${operation}` });
    assert.notEqual(killed.code, 0);
    if (project.read(target) === ">ABC+ABCABC" && project.read(record) === recorded) copied++;
    const next = await project.run(["--set", "repeat=3"]);
    assert.deepEqual(stagesWith("publish-refused", next), [], `after a kill before operation ${operation}`);
    assert.equal(project.read(target), ">ABC+ABCABCABC");
  }
  assert.ok(copied > 0, "some kills came between the copy and the record");
  assert.ok(!project.exists(".pipeline/publishing.json"));
});

Deno.test("a file that was there before counts as edited, unless it is identical", async () => {
  using project = textProject();
  project.write({ [target]: "older" });
  assert.deepEqual(stagesWith("publish-refused", await project.run()), ["join"]);
  assert.equal(project.read(target), "older");
  project.write({ [target]: ">ABC+ABCABC" });
  assert.deepEqual(stagesWith("publish-refused", await project.run()), []);
  project.write({ "helper.ts": `export const prefix = "=";` });
  await project.run();
  assert.equal(project.read(target), "=ABC+ABCABC", "an identical file is taken into the record");
});

Deno.test("nothing but the file and the record is left in the folder", async () => {
  using project = textProject();
  await project.run();
  await project.run(["--set", "repeat=3"]);
  assert.deepEqual(project.list("results"), [".published.json", "joined.txt"]);
});

Deno.test("what a killed engine left beside a file goes when the file is published, and nothing else", async () => {
  using project = textProject();
  const own = [".joined.txt.tmp", ".other.txt.0123abcd.tmp", "joined.txt.0123abcd.tmp"];
  for (const name of [".joined.txt.0123abcd.tmp", "..published.json.0123abcd.tmp", ...own]) {
    project.write({ [`results/${name}`]: "half" });
  }
  await project.run();
  assert.deepEqual(project.list("results"), [".published.json", "joined.txt", ...own].sort());
});

Deno.test("what git ignores has no line in the record that is committed", async () => {
  using project = textProject();
  const git = (...args: string[]) =>
    new Deno.Command("git", { args: ["-C", project.root, ...args], stdout: "null", stderr: "null" }).output();
  assert.ok((await git("init")).success);
  project.write({ ".gitignore": "/results/joined.txt\n" });
  await project.run();
  assert.deepEqual(project.list("results"), [".published_ignored.json", "joined.txt"]);
  project.write({ "helper.ts": `export const prefix = "=";` });
  assert.deepEqual(stagesWith("publish-refused", await project.run()), [], "it is ours all the same");
  assert.equal(project.read(target), "=ABC+ABCABC");
  project.write({ [target]: "my words", "helper.ts": `export const prefix = "~";` });
  assert.deepEqual(stagesWith("publish-refused", await project.run()), ["join"]);
});

Deno.test("git is asked about a target only when something is published or recorded", async () => {
  using project = textProject();
  const real = new TextDecoder().decode(new Deno.Command("which", { args: ["git"] }).outputSync().stdout)
    .trim();
  project.write({ "bin/git": `#!/bin/sh\necho "$@" >> "$0.calls"\nexec ${real} "$@"` });
  Deno.chmodSync(project.path("bin/git"), 0o755);
  const env = { PATH: `${project.path("bin")}:${Deno.env.get("PATH")}` };
  const asked = async () => {
    assert.equal((await project.run([], env)).code, 0);
    const calls = project.exists("bin/git.calls") ? project.read("bin/git.calls") : "";
    if (calls !== "") Deno.removeSync(project.path("bin/git.calls"));
    return calls.match(/check-ignore/g)?.length ?? 0;
  };
  assert.equal(await asked(), 1);
  assert.equal(await asked(), 0);
  Deno.removeSync(project.path(record));
  assert.equal(await asked(), 1);
  assert.ok(project.exists(record), "the record comes back");
});

Deno.test("a folder is told in one line with the number of its files, and loses what its new version lacks", async () => {
  using project = textProject();
  const upper = project.read("stages/upper.ts").replace(`["upper.txt"]`, `["upper.txt", "all/"]`);
  const write = (names: readonly string[]) =>
    project.write({
      "stages/upper.ts": upper.replace(
        "const text",
        `for (const name of ${
          JSON.stringify(names)
        }) Deno.writeTextFileSync(ctx.outputs["all/"] + "/" + name, name);
         const text`,
      ),
    });
  project.write({
    "pipeline.ts": project.read("pipeline.ts").replace(
      "inputs: { text:",
      `publish: i === 0 ? { "all/": "results/all/" } : {}, inputs: { text:`,
    ),
  });
  write(["a", "b", "c"]);
  const published = async () =>
    (await project.command(["run", "pipeline.ts"])).stdout.split("\n").filter((line) =>
      line.startsWith("published")
    );
  assert.deepEqual(await published(), ["published results/all/ (3 files)", "published results/joined.txt"]);
  write(["a", "d"]);
  assert.deepEqual(await published(), ["published results/all/ (1 file)"]);
  assert.deepEqual(project.list("results/all"), ["a", "d"]);
  assert.deepEqual(await published(), []);
});
