import assert from "node:assert/strict";
import { pipelineText, stagesWith, stageText, TempProject, textProject } from "./temp_project.ts";

const all = ["upper 0", "upper 1", "join"];

Deno.test("the first run makes everything, the second nothing", async () => {
  using project = textProject();
  const first = await project.run();
  assert.equal(first.code, 0, first.stderr);
  assert.deepEqual(stagesWith("stage-finished", first).sort(), [...all].sort());
  assert.equal(project.read("results/joined.txt"), ">ABC+ABCABC");
  const second = await project.run();
  assert.deepEqual(stagesWith("stage-started", second), []);
  assert.deepEqual(stagesWith("stage-hit", second).sort(), [...all].sort());
  assert.deepEqual(project.list(".pipeline/tmp"), []);
  assert.deepEqual(project.list(".pipeline/locks"), []);
});

Deno.test("a changed parameter runs the stages that it reaches", async () => {
  using project = textProject();
  await project.run();
  const changed = await project.run(["--set", "repeat=3"]);
  assert.deepEqual(stagesWith("stage-started", changed), ["upper 1", "join"]);
  assert.equal(project.read("results/joined.txt"), ">ABC+ABCABCABC");
  const back = await project.run();
  assert.deepEqual(stagesWith("stage-started", back), []);
  assert.equal(project.read("results/joined.txt"), ">ABC+ABCABC", "a hit publishes its own result again");
});

Deno.test("an edited helper module runs the stages that import it, and no others", async () => {
  using project = textProject();
  await project.run();
  project.write({ "helper.ts": `export const prefix = "=";` });
  assert.deepEqual(stagesWith("stage-started", await project.run()), ["join"]);
  assert.equal(project.read("results/joined.txt"), "=ABC+ABCABC");
});

Deno.test("an edited raw file runs its readers; the same text again is a hit", async () => {
  using project = textProject();
  await project.run();
  project.write({ "raw.txt": "xyz" });
  assert.deepEqual(stagesWith("stage-started", await project.run()).sort(), [...all].sort());
  assert.equal(project.read("results/joined.txt"), ">XYZ+XYZXYZ");
  project.write({ "raw.txt": "abc" });
  assert.deepEqual(stagesWith("stage-started", await project.run()), []);
});

Deno.test("a stage that gives the same bytes as before spares the stages behind it", async () => {
  using project = textProject();
  await project.run();
  project.write({ "raw.txt": "aBc" });
  assert.deepEqual(stagesWith("stage-started", await project.run()).sort(), ["upper 0", "upper 1"]);
});

Deno.test("the order of a list of inputs counts", async () => {
  using project = textProject();
  await project.run();
  project.write({
    "pipeline.ts": project.read("pipeline.ts").replace("parts.map(", "parts.toReversed().map("),
  });
  assert.deepEqual(stagesWith("stage-started", await project.run()), ["join"]);
  assert.equal(project.read("results/joined.txt"), ">ABCABC+ABC");
});

Deno.test("a key does not depend on where the project lies", async () => {
  using project = textProject();
  using elsewhere = textProject();
  const keys = async (at: TempProject) =>
    (await at.run()).events.flatMap((event) => (event.type === "stage-finished" ? [event.key] : [])).sort();
  assert.deepEqual(await keys(project), await keys(elsewhere));
});

Deno.test("--force makes everything again and keeps equal results", async () => {
  using project = textProject();
  await project.run();
  const manifest = `${project.output("join", "joined.txt")}/../../manifest.json`;
  const before = project.read(manifest);
  const forced = await project.run(["--force"]);
  assert.deepEqual(stagesWith("stage-started", forced).sort(), [...all].sort());
  assert.equal(project.read(manifest), before);
});

Deno.test("--dry-run says what would run and runs nothing", async () => {
  using project = textProject();
  const { code, stdout } = await project.command(["run", "pipeline.ts", "--dry-run"]);
  assert.equal(code, 0);
  assert.match(stdout, /upper 0 +would run/);
  assert.match(stdout, /join +depends/);
  assert.equal(project.exists(".pipeline/store"), false);
});

Deno.test("an entry that lost or changed an output is made again", async () => {
  using project = textProject();
  await project.run();
  const output = project.output("join", "joined.txt");
  for (
    const damage of [() => Deno.removeSync(project.path(output)), () => project.write({ [output]: "wrong" })]
  ) {
    damage();
    const repaired = await project.run();
    assert.deepEqual(stagesWith("entry-damaged", repaired), ["join"]);
    assert.deepEqual(stagesWith("stage-started", repaired), ["join"]);
    assert.equal(project.read(output), ">ABC+ABCABC");
  }
});

Deno.test("an entry without a whole manifest is no entry", async () => {
  using project = textProject();
  await project.run();
  const manifest = `${project.output("join", "joined.txt")}/../../manifest.json`;
  const whole = project.read(manifest);
  for (const text of ["", whole.slice(0, whole.length / 2)]) {
    project.write({ [manifest]: text });
    assert.deepEqual(stagesWith("stage-started", await project.run()), ["join"]);
    assert.equal(JSON.parse(project.read(manifest)).id, "join");
  }
});

Deno.test("a touched output is compared by content and stays a hit", async () => {
  using project = textProject();
  await project.run();
  Deno.utimeSync(project.path(project.output("join", "joined.txt")), 1, 1);
  assert.deepEqual(stagesWith("stage-started", await project.run()), []);
});

Deno.test("a folder is one output: any file in it counts", async () => {
  using project = new TempProject({
    "raw.txt": "abc",
    "stages/split.ts": stageText(
      "split",
      `params: v.object({}), inputs: ["text"], outputs: ["letters/"]`,
      `for (const letter of Deno.readTextFileSync(ctx.input("text"))) {
         Deno.mkdirSync(ctx.outputs["letters/"] + "/" + letter);
         Deno.writeTextFileSync(ctx.outputs["letters/"] + "/" + letter + "/text", letter);
       }`,
    ),
    "stages/count.ts": stageText(
      "count",
      `params: v.object({}), inputs: ["letters"], outputs: ["count.txt"]`,
      `Deno.writeTextFileSync(ctx.outputs["count.txt"], String([...Deno.readDirSync(ctx.input("letters"))].length));`,
    ),
    "pipeline.ts": pipelineText(
      ["split", "count"],
      `const letters = split({ inputs: { text: raw("raw.txt") }, publish: { "letters/": "results/letters/" } });
       return [count({ inputs: { letters: letters.outputs["letters/"] } })];`,
    ),
  });
  const first = await project.run();
  assert.equal(first.code, 0, first.stderr);
  assert.equal(project.read(project.output("count", "count.txt")), "3");
  assert.equal(project.read("results/letters/b/text"), "b");
  project.write({ "raw.txt": "abcd" });
  await project.run();
  assert.equal(project.read("results/letters/d/text"), "d");
  project.write({ "raw.txt": "dcb", "results/letters/own.txt": "mine" });
  await project.run();
  assert.deepEqual(
    project.list("results/letters"),
    ["b", "c", "d", "own.txt"],
    "what is gone is unpublished",
  );
  project.write({ "raw.txt": "bcd" });
  assert.deepEqual(stagesWith("stage-started", await project.run()), ["split"], "same files, another order");
});

Deno.test("data and code behind every kind of import enter the key", async (t) => {
  const body =
    `Deno.writeTextFileSync(ctx.outputs["out.txt"], [table.a, (await import("../late.ts")).late, now].join());`;
  using project = new TempProject({
    "table.json": `{ "a": 1 }`,
    "late.ts": `export const late = 2;`,
    "now.ts": `export * from "./deeper.ts";`,
    "deeper.ts": `export const now = 3;`,
    "stages/all.ts": stageText(
      "all",
      `params: v.object({}), inputs: [], outputs: ["out.txt"]`,
      body,
      `import table from "../table.json" with { type: "json" }; import { now } from "../now.ts";`,
    ),
    "pipeline.ts": pipelineText(["all"], `return [all({ publish: { "out.txt": "results/out.txt" } })];`),
  });
  const edits: [string, string, string][] = [
    ["nothing", "1,2,3", ""],
    ["table.json", "4,2,3", `{ "a": 4 }`],
    ["late.ts", "4,5,3", `export const late = 5;`],
    ["deeper.ts", "4,5,6", `export const now = 6;`],
  ];
  for (const [name, expected, text] of edits) {
    await t.step(name, async () => {
      if (text !== "") project.write({ [name]: text });
      const run = await project.run();
      assert.equal(run.code, 0, run.stdout + run.stderr);
      assert.equal(project.read("results/out.txt"), expected);
      assert.deepEqual(stagesWith("stage-started", await project.run()), []);
    });
  }
});

Deno.test("who imports whom is remembered only while modules and configuration are the same", async (t) => {
  using project = textProject();
  project.write({ "other.ts": `export const prefix = "other";`, "more.ts": `export const more = "!";` });
  const settle = () => new Promise((resolve) => setTimeout(resolve, 2100));
  await project.run();
  await settle();
  await project.run();
  assert.equal(project.list(".pipeline/graphs").length, 1, "it is remembered now");
  const edits: [string, () => void, string][] = [
    ["a helper imports one more module", () => {
      project.write({ "helper.ts": `import { more } from "./more.ts"; export const prefix = more;` });
    }, "!ABC+ABCABC"],
    ["which is edited", () => project.write({ "more.ts": `export const more = "?";` }), "?ABC+ABCABC"],
    ["the import map leads elsewhere", () => {
      const stage = project.read("stages/join.ts").replace(`"../helper.ts"`, `"prefix"`);
      const config = JSON.parse(project.read("deno.json"));
      config.imports.prefix = "./other.ts";
      project.write({ "stages/join.ts": stage, "deno.json": JSON.stringify(config) });
    }, "otherABC+ABCABC"],
    ["and again", () => {
      project.write({ "deno.json": project.read("deno.json").replace("./other.ts", "./helper.ts") });
    }, "?ABC+ABCABC"],
  ];
  for (const [title, edit, expected] of edits) {
    await t.step(title, async () => {
      edit();
      assert.equal((await project.run()).code, 0);
      assert.equal(project.read("results/joined.txt"), expected);
      await settle();
      assert.deepEqual(stagesWith("stage-started", await project.run()), []);
    });
  }
});

Deno.test("empty folders: of an input they count, in a result there are none", async () => {
  using project = new TempProject({
    "raw/a.txt": "a",
    "stages/copy.ts": stageText(
      "copy",
      `params: v.object({}), inputs: ["from"], outputs: ["to/"]`,
      `Deno.writeTextFileSync(ctx.outputs["to/"] + "/names",
         [...Deno.readDirSync(ctx.input("from"))].map(({ name }) => name).sort().join());
       Deno.mkdirSync(ctx.outputs["to/"] + "/deep/empty", { recursive: true });`,
    ),
    "pipeline.ts": pipelineText(["copy"], `return [copy({ inputs: { from: raw("raw") } })];`),
  });
  assert.deepEqual(stagesWith("stage-finished", await project.run()), ["copy"]);
  const result = project.output("copy", "to");
  assert.deepEqual([project.read(`${result}/names`), project.list(result)], ["a.txt", ["names"]]);
  assert.deepEqual(stagesWith("stage-hit", await project.run()), ["copy"]);
  Deno.mkdirSync(project.path("raw/empty"));
  const { stdout } = await project.command(["why", "pipeline.ts"]);
  assert.match(stdout, /input from: raw changed \(\+empty\/\)/);
  assert.deepEqual(stagesWith("stage-finished", await project.run()), ["copy"]);
  assert.deepEqual(stagesWith("stage-hit", await project.run()), ["copy"]);
});
