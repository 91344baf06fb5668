import assert from "node:assert/strict";
import { failureOf, finished, pipelineText, stagesWith, stageText, TempProject } from "./temp_project.ts";

/** Longer than a change counts as too recent to be remembered, milliseconds. */
const untilRemembered = 2500;

const sleep = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

/** A project whose stage `use` writes what the module "helper" exports, after `slow` is done. */
function helperProject(): TempProject {
  return new TempProject({
    "one.ts": `export const text = "one";`,
    "two.ts": `export const text = "two";`,
    "stages/slow.ts": stageText(
      "slow",
      `params: v.object({}), inputs: [], outputs: ["o"]`,
      `Deno.writeTextFileSync(ctx.checkpoint + "/begun", "");
       while ([...Deno.readDirSync(ctx.checkpoint)].length === 1) await new Promise((r) => setTimeout(r, 20));
       Deno.writeTextFileSync(ctx.outputs.o, "");`,
    ),
    "stages/use.ts": stageText(
      "use",
      `params: v.object({}), inputs: ["after"], outputs: ["o"]`,
      `Deno.writeTextFileSync(ctx.outputs.o, text);`,
      `import { text } from "helper";`,
    ),
    "pipeline.ts": pipelineText(
      ["slow", "use"],
      `return [use({ inputs: { after: params.wait ? slow({}).outputs.o : raw("one.ts") } })];`,
      `wait: v.optional(v.boolean(), false)`,
    ),
  });
}

/** The configuration of `project` with "helper" mapped to `file` in it, or in another file. */
function mapHelper(project: TempProject, file: string, map?: string): void {
  const { importMap: _, ...config } = JSON.parse(project.read("deno.json"));
  const other = map === undefined ? undefined : JSON.parse(project.exists(map) ? project.read(map) : "{}");
  const imports = { ...config.imports, ...other?.imports, helper: file };
  if (map === undefined) return project.write({ "deno.json": JSON.stringify({ ...config, imports }) });
  const { imports: __, ...rest } = config;
  if (!project.exists(map)) project.write({ "deno.json": JSON.stringify({ ...rest, importMap: map }) });
  project.write({ [map]: JSON.stringify({ imports }) });
}

for (const map of [undefined, "./import_map.json"]) {
  Deno.test(`an import that resolves to another module by ${map ?? "deno.json"} runs the stage again`, async () => {
    using project = helperProject();
    mapHelper(project, "./one.ts", map);
    assert.equal((await project.run()).code, 0);
    await sleep(untilRemembered);
    assert.deepEqual(stagesWith("stage-hit", await project.run()), ["use"]);
    mapHelper(project, "./two.ts", map);
    const { stdout } = await project.command(["why", "pipeline.ts"]);
    assert.match(stdout, /module stages\/use\.ts imports other modules/);
    assert.deepEqual(stagesWith("stage-finished", await project.run()), ["use"]);
  });
}

/** Starts a run whose stage `slow` waits, changes something, and lets it go on. */
async function runMeanwhile(project: TempProject, change: () => void) {
  const ending = finished(project.start(["run", "pipeline.ts", "--json", "--set", "wait=true"]));
  const folders = () => project.list(".pipeline/checkpoints").map((key) => `.pipeline/checkpoints/${key}`);
  const begun = () => folders().find((folder) => project.exists(`${folder}/begun`));
  await project.until(() => begun() !== undefined);
  change();
  project.write({ [`${begun()}/go`]: "" });
  return await ending;
}

Deno.test("an import that resolves to another module since the run began gives no result", async () => {
  using project = helperProject();
  mapHelper(project, "./one.ts");
  const run = await runMeanwhile(project, () => mapHelper(project, "./two.ts"));
  assert.match(failureOf(run), /"use": its code changed while it ran/);
  mapHelper(project, "./one.ts");
  assert.equal((await project.run(["--set", "wait=true"])).code, 0);
  assert.equal(project.read(project.output("use", "o")), "one");
});

Deno.test("a change of deno.json that concerns no import does not disturb a run", async () => {
  using project = helperProject();
  mapHelper(project, "./one.ts");
  const run = await runMeanwhile(project, () => {
    const config = JSON.parse(project.read("deno.json"));
    project.write({ "deno.json": JSON.stringify({ ...config, tasks: {} }) });
  });
  assert.equal(run.code, 0, run.stdout);
});

Deno.test("an option of the compiler that changes what code does runs stages again", async () => {
  using project = new TempProject({
    "stages/decorate.ts": stageText(
      "decorate",
      `params: v.object({}), inputs: [], outputs: ["o"]`,
      `Deno.writeTextFileSync(ctx.outputs.o, String(count));`,
      `let count = 0;
       // deno-lint-ignore no-explicit-any
       function decorator(...values: any[]): any { count = values.length; }
       class Decorated { @decorator method() {} }
       void Decorated;`,
    ),
    "pipeline.ts": pipelineText(["decorate"], `return [decorate({})];`),
  });
  assert.equal((await project.run()).code, 0);
  assert.equal(project.read(project.output("decorate", "o")), "2");
  const config = JSON.parse(project.read("deno.json"));
  const compilerOptions = { ...config.compilerOptions, experimentalDecorators: true };
  project.write({ "deno.json": JSON.stringify({ ...config, compilerOptions }) });
  const { stdout } = await project.command(["why", "pipeline.ts"]);
  assert.match(stdout, /setting of deno\.json experimentalDecorators: not set -> true/);
  assert.deepEqual(stagesWith("stage-finished", await project.run()), ["decorate"]);
  assert.deepEqual(
    project.entries().map((entry) => project.read(`${entry}/outputs/o`)).sort(),
    ["2", "3"],
  );
});
