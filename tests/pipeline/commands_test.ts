import assert from "node:assert/strict";
import { pipelineText, stagesWith, textProject } from "./temp_project.ts";

Deno.test("graph draws stages, files and what is published as Mermaid", async () => {
  using project = textProject();
  const { stdout, code } = await project.command(["graph", "pipeline.ts"]);
  assert.equal(code, 0);
  assert.equal(
    stdout,
    `flowchart TD
  s0["upper 0"]
  f1[/"raw.txt"/]
  s2["upper 1"]
  s3["join"]
  f4[/"results/joined.txt"/]
  f1 --> s0
  f1 --> s2
  s0 -->|"upper.txt"| s3
  s2 -->|"upper.txt"| s3
  s3 --> f4
`,
  );
  const { stdout: stages } = await project.command(["graph", "pipeline.ts", "--stages"]);
  assert.match(stages, /s0\["upper \(2\)"\]/);
  assert.match(stages, /s0 -->\|"upper\.txt"\| s2/);
  const json = (await project.command(["graph", "pipeline.ts", "--json"])).stdout.trimEnd().split("\n");
  const [upper, , join] = json.map((line) => JSON.parse(line));
  assert.deepEqual([upper.stage, upper.kind, upper.params, upper.inputs], [
    "upper 0",
    "upper",
    { repeat: 1 },
    [{ name: "text", file: "raw.txt" }],
  ]);
  assert.deepEqual([join.inputs, join.outputs, join.publish], [
    [0, 1].map((i) => ({ name: "parts", stage: `upper ${i}`, output: "upper.txt" })),
    ["joined.txt"],
    { "joined.txt": "results/joined.txt" },
  ]);
  assert.equal(project.exists(".pipeline"), false);
});

Deno.test("diff tells parameters, keys and outcomes of two runs apart", async () => {
  using project = textProject();
  const none = await project.command(["diff"]);
  assert.equal(none.code, 1);
  assert.match(none.stderr, /Cannot open the store .*: there is none, expected a run before/);
  await project.run();
  assert.match((await project.command(["diff"])).stderr, /it is the first of pipeline\.ts on record/);
  await project.run(["--set", "repeat=3"]);
  const { stdout, code } = await project.command(["diff"]);
  assert.equal(code, 0);
  assert.deepEqual(stdout.trim().split("\n").slice(2), [
    "parameter repeat: 2 -> 3",
    "upper 1 has another key:",
    "  parameter repeat: 2 -> 3",
    "join has another key:",
    `  input parts[1]: upper.txt of "upper 1" changed`,
    "2 stages differ, 1 the same",
  ]);
  assert.match(stdout, /^- \S+ {2}pipeline\.ts {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}succeeded\n\+ /);
  assert.match(
    (await project.command(["diff", "latest", "latest"])).stdout,
    /0 stages differ, 3 the same\n$/,
  );
  const ofFile = await project.command(["diff", "pipeline.ts"]);
  assert.equal(ofFile.stdout, stdout);
  assert.match(
    (await project.command(["diff", "pipelin.ts"])).stderr,
    /there are none, expected 'pipeline\.ts'/,
  );
  assert.equal((await project.command(["diff", "pipeline.ts", "latest"])).code, 2);
  assert.match(
    (await project.command(["diff", "1999"])).stderr,
    /Cannot find run "1999": there is none, expected latest/,
  );
  assert.match((await project.command(["diff", "20"])).stderr, /2 begin like this/);

  project.write({
    "stages/join.ts": project.read("stages/join.ts").replace("const texts", "throw 1; const texts"),
  });
  await project.run(["--set", "repeat=3"]);
  const failed = await project.command(["diff", "--json"]);
  const { stages } = JSON.parse(failed.stdout);
  assert.deepEqual(stages.map(({ stage, kind }: { stage: string; kind: string }) => [stage, kind]), [[
    "join",
    "outcome",
  ]]);
});

Deno.test("diff finds a stage that gave other bytes for the same key", async () => {
  using project = textProject();
  project.write({
    "stages/join.ts": project.read("stages/join.ts").replace("prefix + ", "String(performance.now()) + "),
  });
  await project.run();
  await project.run(["--only", "join", "--force"]);
  const { stdout } = await project.command(["diff"]);
  assert.match(stdout, /join gave other bytes for the same key:\n {2}output joined\.txt has other bytes\n/);
});

Deno.test("verify finds changed bytes that size and time do not tell, and removes the result if asked to", async () => {
  using project = textProject();
  await project.run();
  const whole = await project.command(["verify"]);
  assert.deepEqual([whole.stdout, whole.code], ["3 results whole (20 B), 0 damaged\n", 0]);
  const output = project.output("join", "joined.txt");
  const { mtime } = Deno.statSync(project.path(output));
  project.write({ [output]: project.read(output).replace("A", "B") });
  Deno.utimeSync(project.path(output), mtime!, mtime!);
  const damaged = await project.command(["verify"]);
  assert.equal(damaged.code, 1);
  assert.match(
    damaged.stdout,
    /^join: output joined\.txt was changed in the store \(.*\)\n2 results whole \(9 B\), 1 damaged; --remove lets/,
  );
  const removed = await project.command(["verify", "--remove", "--json"]);
  assert.equal(JSON.parse(removed.stdout).removed, true);
  assert.throws(() => project.output("join", "joined.txt"));
  assert.equal((await project.command(["verify"])).code, 0);
});

Deno.test("verify of a pipeline file reads its results only, whatever became of those that they were made from", async () => {
  using project = textProject();
  await project.run();
  await project.run(["--set", "repeat=3"]);
  project.write({ [project.output("upper 0", "upper.txt")]: "" });
  const all = await project.command(["verify"]);
  assert.match(all.stdout, /\n4 results whole \(.*\), 1 damaged/);
  const own = await project.command(["verify", "pipeline.ts", "--set", "repeat=3"]);
  assert.match(own.stdout, /^upper 0: output upper\.txt was changed .*\n2 results whole \(.*\), 1 damaged/);
  const other = await project.command(["verify", "--set", "repeat=3"]);
  assert.match(other.stderr, /^Cannot set repeat=3: no pipeline file is given, expected one/);
  assert.equal(other.code, 2);
});

Deno.test("--seeds sets the pipeline's parameter seeds, and is refused where there is none", async () => {
  using project = textProject();
  const refused = await project.command(["run", "pipeline.ts", "--seeds", "3"]);
  assert.match(
    refused.stderr,
    /^Cannot load pipeline pipeline\.ts: parameter "seeds" is unknown, expected 'repeat'/,
  );
  project.write({
    "pipeline.ts": pipelineText(
      ["upper"],
      `return Array.from({ length: params.seeds }, (_, i) =>
         upper({ label: String(i), params: { repeat: i + 1 }, inputs: { text: raw("raw.txt") } }));`,
      `seeds: v.optional(v.number(), 1)`,
    ),
  });
  assert.deepEqual(stagesWith("stage-started", await project.run(["--seeds", "2"])).sort(), [
    "upper 0",
    "upper 1",
  ]);
  assert.deepEqual(stagesWith("stage-started", await project.run(["--set", "seeds=2"])), []);
  const { stdout } = await project.command(["status", "pipeline.ts", "--seeds", "3"]);
  assert.match(stdout, /\n3 stages: 2 up to date, 1 would run/);
  assert.match(
    (await project.command(["why", "pipeline.ts", "--seeds", "0"])).stderr,
    /--seeds: it is "0", expected a positive/,
  );
});
