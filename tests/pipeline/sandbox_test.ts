import assert from "node:assert/strict";
import { explainDenial, permissionFlags } from "../../lib/pipeline/run/sandbox.ts";
import { failureOf, pipelineText, stagesWith, stageText, TempProject } from "./temp_project.ts";

/** A project with one stage "probe" that writes `out.txt` after running `body`. */
function probeProject(body: string, members = ""): TempProject {
  return new TempProject({
    "secret.txt": "secret",
    "stages/probe.ts": stageText(
      "probe",
      `params: v.object({}), inputs: [], outputs: ["out.txt"]${members === "" ? "" : `, ${members}`}`,
      `${body}; Deno.writeTextFileSync(ctx.outputs["out.txt"], String(globalThis.result));`,
      `declare global { var result: unknown; }`,
    ),
    "pipeline.ts": pipelineText(["probe"], `return [probe()];`),
  });
}

const refusals: { title: string; body: string; expected: RegExp }[] = [
  {
    title: "reading a file that is no input",
    body: `Deno.readTextFileSync("secret.txt")`,
    expected:
      /Cannot run "probe": it reads secret\.txt without declaring it, expected an input: .*rawFile\("secret\.txt"\)/,
  },
  {
    title: "reading outside the project",
    body: `Deno.readTextFileSync("/etc/hostname")`,
    expected: /it reads \/etc\/hostname .*permissions: \{ read: \["\/etc\/hostname"\] \}/,
  },
  {
    title: "writing beside the outputs",
    body: `Deno.writeTextFileSync("secret.txt", "")`,
    expected: /it writes secret\.txt outside its folder/,
  },
  {
    title: "starting a program",
    body: `new Deno.Command("ls").outputSync()`,
    expected: /it starts ls, expected permissions: \{ run: \["ls"\] \} in stage "probe"/,
  },
  {
    title: "loading a native library",
    body: `Deno.dlopen("libm.so.6", {})`,
    expected: /it loads the native library libm\.so\.6, expected permissions: \{ ffi: true \}/,
  },
  {
    title: "asking for facts about the system",
    body: `Deno.hostname()`,
    expected: /it asks the system for hostname, expected permissions: \{ sys: true \}/,
  },
  {
    title: "the network",
    body: `await Deno.connect({ hostname: "127.0.0.1", port: 9999 })`,
    expected: /it connects to 127\.0\.0\.1:9999, expected no network/,
  },
];

for (const { title, body, expected } of refusals) {
  Deno.test(`a stage is refused ${title}, and told what to declare`, async () => {
    using project = probeProject(body);
    const run = await project.run();
    assert.equal(run.code, 1);
    assert.match(failureOf(run), expected);
    assert.deepEqual(project.list(".pipeline/store"), []);
    assert.equal(project.read("secret.txt"), "secret");
  });
}

Deno.test("a refusal while the module loads is explained too", async () => {
  using project = probeProject("");
  const stage = project.read("stages/probe.ts");
  // The engine imports the module as well, with all permissions: only the stage's process is refused.
  project.write({ "stages/probe.ts": `${stage}\nDeno.readTextFileSync("secret.txt");` });
  assert.match(failureOf(await project.run()), /it reads secret\.txt without declaring it/);
});

Deno.test("declared permissions are granted", async () => {
  using project = probeProject(
    `globalThis.result = [new Deno.Command("true").outputSync().code, typeof Deno.hostname()]`,
    `permissions: { run: ["true"], sys: true }`,
  );
  const run = await project.run();
  assert.equal(run.code, 0, JSON.stringify(run.events));
  assert.equal(project.read(project.output("probe", "out.txt")), "0,string");
});

Deno.test("an undeclared environment variable is not there; a declared one is, and enters the key", async () => {
  const body = `globalThis.result = Deno.env.get("FLAVOUR")`;
  using undeclared = probeProject(body);
  await undeclared.run([], { FLAVOUR: "mint" });
  assert.equal(undeclared.read(undeclared.output("probe", "out.txt")), "undefined");
  assert.deepEqual(stagesWith("stage-started", await undeclared.run([], { FLAVOUR: "rose" })), []);

  using declared = probeProject(body, `env: ["FLAVOUR"]`);
  await declared.run([], { FLAVOUR: "mint" });
  assert.equal(declared.read(declared.output("probe", "out.txt")), "mint");
  assert.deepEqual(stagesWith("stage-started", await declared.run([], { FLAVOUR: "mint" })), []);
  assert.deepEqual(stagesWith("stage-started", await declared.run([], { FLAVOUR: "rose" })), ["probe"]);
});

Deno.test("a stage with a native addon runs with ffi and sys: DuckDB writes Parquet", async () => {
  using project = new TempProject({
    "stages/prepare.ts": stageText(
      "prepare",
      `params: v.object({}), inputs: [], outputs: ["dataset/"], permissions: { ffi: true, sys: true }`,
      `const connection = await (await DuckDBInstance.create(":memory:")).connect();
       const path = ctx.outputs["dataset/"] + "/numbers.parquet";
       await connection.run(\`copy (select a from range(10) t(a)) to '\${path}' (format parquet)\`);`,
      `import { DuckDBInstance } from "@duckdb/node-api";`,
    ),
    "pipeline.ts": pipelineText(["prepare"], `return [prepare()];`),
  });
  const run = await project.run();
  assert.equal(run.code, 0, JSON.stringify(run.events));
  assert.equal(project.read(project.output("prepare", "dataset/numbers.parquet")).slice(0, 4), "PAR1");
});

Deno.test("a stage that reads a package's WASM file runs: TensorFlow.js multiplies on its wasm backend", async () => {
  using project = new TempProject({
    "stages/multiply.ts": stageText(
      "multiply",
      `params: v.object({}), inputs: [], outputs: ["product.txt"], permissions: { ffi: true, sys: true }`,
      `await tf.setBackend("wasm");
       const ones = tf.ones([3, 3]);
       Deno.writeTextFileSync(ctx.outputs["product.txt"], tf.getBackend() + (await tf.matMul(ones, ones).data()));`,
      `import * as tf from "@tensorflow/tfjs-core"; import "@tensorflow/tfjs-backend-wasm";`,
    ),
    "pipeline.ts": pipelineText(["multiply"], `return [multiply()];`),
  });
  const run = await project.run();
  assert.equal(run.code, 0, JSON.stringify(run.events));
  assert.equal(project.read(project.output("multiply", "product.txt")), "wasm3,3,3,3,3,3,3,3,3");
});

const stage = {
  name: "probe",
  module: "file:///project/stages/probe.ts",
  inputs: [],
  outputs: ["out.txt"],
  env: [],
  permissions: {},
  retries: { errors: [], times: 0 },
  deterministic: true,
  ignoreComments: false,
};
const settings = { root: "/project", stage, inputs: ["/data/a.csv"], writable: ["/w"], packages: ["/npm"] };

Deno.test("permissions are exactly what was declared", () => {
  assert.deepEqual(permissionFlags(settings), [
    "--allow-env",
    "--allow-read=/data/a.csv",
    "--allow-read=/w",
    "--allow-read=/npm",
    "--allow-write=/w",
  ]);
  const permissions = { ffi: true, sys: true, run: ["git", "ls"], read: ["/proc/cpuinfo"] };
  assert.deepEqual(permissionFlags({ ...settings, stage: { ...stage, permissions } }).slice(4), [
    "--allow-read=/proc/cpuinfo",
    "--allow-write=/w",
    "--allow-ffi",
    "--allow-sys",
    "--allow-run=git,ls",
  ]);
});

Deno.test("project data cannot be read past the key, and a comma cannot widen a permission", () => {
  const hidden = { ...stage, permissions: { read: ["data/raw.csv"] } };
  assert.throws(() => permissionFlags({ ...settings, stage: hidden }), /rawFile\("data\/raw\.csv"\)/);
  assert.throws(() => permissionFlags({ ...settings, inputs: ["/data/a,/etc"] }), /name has a comma/);
});

Deno.test("an error about something else is not explained", () => {
  assert.equal(explainDenial("Cannot divide by zero", stage, "/project"), undefined);
});

Deno.test("a stage reads 16,000 inputs, and still nothing else", async () => {
  const longName = "part_".repeat(20);
  using project = new TempProject({
    "stages/count.ts": stageText(
      "count",
      `params: v.object({ also: v.string() }), inputs: ["parts", "folder"], outputs: ["o"]`,
      `const texts = ctx.inputList("parts").map((path) => Deno.readTextFileSync(path));
       let error = "";
       try { Deno.readTextFileSync(ctx.params.also); } catch ({ name }) { error = name; }
       const [{ name }] = Deno.readDirSync(ctx.input("folder"));
       const seventh = ctx.inputList("parts")[7].split("/").at(-1);
       Deno.writeTextFileSync(ctx.outputs.o, [texts.join(""), name, seventh, error].join(" "));`,
    ),
    "other.txt": "x",
    "folder/a": "a",
    "pipeline.ts": pipelineText(
      ["count"],
      `const parts = Array.from({ length: 16_000 }, (_, i) => raw("raw/${longName}" + i));
       return [count({ params, inputs: { parts, folder: raw("folder") } })];`,
      `also: v.optional(v.string(), "")`,
    ),
  });
  Deno.mkdirSync(project.path("raw"));
  for (let i = 0; i < 16_000; i++) {
    Deno.writeTextFileSync(project.path(`raw/${longName}${i}`), String(i % 10));
  }
  const run = await project.run(["--set", `also=${project.path("other.txt")}`]);
  assert.equal(run.code, 0, run.stdout.slice(-1000));
  const result = project.output("count", "o");
  assert.equal(project.read(result), `${"0123456789".repeat(1600)} a ${longName}7 NotCapable`);
  assert.deepEqual(project.list(result.replace("/outputs/o", "")), ["log.txt", "manifest.json", "outputs"]);
});
