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
