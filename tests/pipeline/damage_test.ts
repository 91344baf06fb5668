import assert from "node:assert/strict";
import { pipelineText, stagesWith, stageText, TempProject } from "./temp_project.ts";

/** A project whose stage `make` writes a file and a folder; `use` reads the file and is published. */
function makeProject(): TempProject {
  return new TempProject({
    "raw.txt": "a",
    "stages/make.ts": stageText(
      "make",
      `params: v.object({}), inputs: ["text"], outputs: ["file", "folder/"]`,
      `Deno.copyFileSync(ctx.input("text"), ctx.outputs.file);
       Deno.writeTextFileSync(ctx.outputs["folder/"] + "/a", "a");`,
    ),
    "stages/use.ts": stageText(
      "use",
      `params: v.object({}), inputs: ["text"], outputs: ["o"]`,
      `Deno.copyFileSync(ctx.input("text"), ctx.outputs.o);`,
    ),
    "pipeline.ts": pipelineText(
      ["make", "use"],
      `return [use({ inputs: { text: make({ inputs: { text: raw("raw.txt") } }).outputs.file },
         publish: { o: "results/o" } })];`,
    ),
  });
}

/** Replaces the file or folder `name` of `project` by `text`, or by an empty folder. */
function replace(project: TempProject, name: string, text?: string): void {
  Deno.removeSync(project.path(name), { recursive: true });
  if (text === undefined) Deno.mkdirSync(project.path(name));
  else project.write({ [name]: text });
}

/** Replaces the outputs in the manifest of an entry. */
function setOutputs(project: TempProject, entry: string, outputs: unknown): void {
  const manifest = JSON.parse(project.read(`${entry}/manifest.json`));
  project.write({ [`${entry}/manifest.json`]: JSON.stringify({ ...manifest, outputs }) });
}

const index = ".pipeline/index.jsonl";
type Damage = (project: TempProject, entry: string) => void;
const ofEntries: Record<string, Damage> = {
  "a file that is a folder now": (project, entry) => replace(project, `${entry}/outputs/file`),
  "a file that is a link to nothing now": (project, entry) => {
    Deno.removeSync(project.path(`${entry}/outputs/file`));
    Deno.symlinkSync("nothing", project.path(`${entry}/outputs/file`));
  },
  "a link in a folder": (project, entry) =>
    Deno.symlinkSync("a", project.path(`${entry}/outputs/folder/link`)),
  "a folder that is a file now": (project, entry) => replace(project, `${entry}/outputs/folder`, ""),
  "no folder of outputs any more": (project, entry) => replace(project, `${entry}/outputs`, ""),
  "a file in place of the entry": (project, entry) => replace(project, entry, ""),
  "a folder in place of the manifest": (project, entry) => replace(project, `${entry}/manifest.json`),
  "a manifest of no outputs": (project, entry) => setOutputs(project, entry, null),
  "a manifest of other outputs": (project, entry) => setOutputs(project, entry, {}),
  "a manifest of outputs without files": (project, entry) =>
    setOutputs(project, entry, { file: { hash: "1" }, "folder/": { hash: "2" } }),
};
const ofMemories: Record<string, Damage> = {
  "an index of lines without outputs": (project) =>
    replace(project, index, project.read(index).replaceAll(/,\{.*/g, ",null]")),
  "an index of outputs without files": (project) =>
    replace(project, index, project.read(index).replaceAll(/"files":\[[^\]]*\]/g, `"files":null`)),
  "a memo of hashes that is null": (project) => project.write({ ".pipeline/hashes.json": "null" }),
  "a memo of a hash that is null": (project) =>
    project.write({ ".pipeline/hashes.json": JSON.stringify({ [project.path("raw.txt")]: null }) }),
  "a journal that is null": (project) => {
    project.write({ ".pipeline/publishing.json": "null" });
    Deno.removeSync(project.path("results"), { recursive: true });
  },
  "a file among the runs": (project) => project.write({ ".pipeline/runs/notes": "" }),
};

for (const [remade, damages] of [[["make"], ofEntries], [[], ofMemories]] as const) {
  for (const [title, damage] of Object.entries(damages)) {
    Deno.test(`the store mends itself after ${title}`, async () => {
      using project = makeProject();
      assert.equal((await project.run()).code, 0);
      damage(project, project.output("make", "").replace("/outputs/", ""));
      assert.equal((await project.command(["status", "pipeline.ts"])).code, 0);
      assert.equal((await project.command(["why", "pipeline.ts"])).code, 0);
      const run = await project.run();
      assert.equal(run.code, 0, run.stdout + run.stderr);
      assert.deepEqual(stagesWith("stage-finished", run), remade);
      assert.deepEqual(stagesWith("stage-hit", await project.run()), ["make", "use"]);
      assert.equal(project.read("results/o"), "a");
    });
  }
}
