import assert from "node:assert/strict";
import { describeDifference, type KeyOrigin } from "../../lib/pipeline/plan/difference.ts";
import type { Manifest } from "../../lib/pipeline/store/store.ts";
import { pipelineText, stagesWith, stageText, TempProject, textProject } from "./temp_project.ts";

const before: KeyOrigin = {
  parts: {
    engine: 1,
    stage: "train",
    params: { epochs: 3, model: { width: 8 } },
    inputs: { dataset: "d1", runs: ["r1", "r2"] },
    outputs: ["model"],
    code: "c1",
    deno: "2.9",
    env: { FLAVOUR: "mint", OTHER: null },
  },
  code: {
    hash: "c1",
    modules: { "a.ts": { hash: "1", imports: ["b.ts"] }, "b.ts": { hash: "2", imports: [] } },
    packages: ["@scope/x@1.0.0", "valibot@1.4.0"],
  },
  inputs: [
    { name: "dataset", source: "data/raw", hash: "d1", files: { "a.csv": "1", "b.csv": "2" } },
    { name: "runs", source: `run of "one"`, hash: "r1" },
    { name: "runs", source: `run of "two"`, hash: "r2" },
  ],
};

type Inputs = NonNullable<Manifest["inputs"]>;

/** `before` with some parts replaced. */
function changed(parts: Partial<KeyOrigin["parts"]>, rest: Partial<KeyOrigin> = {}): KeyOrigin {
  return { ...before, ...rest, parts: { ...before.parts, ...parts } };
}

const withInput = (i: number, change: Partial<Inputs[number]>) => ({
  inputs: before.inputs!.map((input, at) => (at === i ? { ...input, ...change } : input)),
});

const withCode = (code: Partial<KeyOrigin["code"]>) =>
  changed({}, { code: { ...before.code, hash: "c2", ...code } });

const differences: [KeyOrigin, string[]][] = [
  [before, []],
  [changed({ params: { epochs: 5, model: { width: 8 } } }), ["parameter epochs: 3 -> 5"]],
  [
    changed({ params: { model: { width: 9 }, rate: 0.1 } }),
    [
      "parameter epochs: 3 -> not set",
      `parameter model: {"width":8} -> {"width":9}`,
      "parameter rate: not set -> 0.1",
    ],
  ],
  [changed({ env: { FLAVOUR: "rose", OTHER: null } }), [`environment variable FLAVOUR: "mint" -> "rose"`]],
  [changed({ env: { FLAVOUR: null, OTHER: null } }), [`environment variable FLAVOUR: "mint" -> not set`]],
  [changed({ outputs: ["model", "log"] }), ["output log was added"]],
  [changed({ deno: "2.10" }), ["Deno 2.9 -> 2.10"]],
  [changed({ engine: 2 }), ["version of the pipeline engine 1 -> 2"]],
  [
    changed(
      { inputs: { dataset: "d2", runs: ["r1", "r2"] } },
      withInput(0, { hash: "d2", files: { "a.csv": "3", "c.csv": "4" } }),
    ),
    ["input dataset: data/raw changed (a.csv, -b.csv, +c.csv)"],
  ],
  [
    changed({ inputs: { dataset: "d1", runs: ["r1", "r3"] } }, withInput(2, { hash: "r3" })),
    [`input runs[1]: run of "two" changed`],
  ],
  [
    changed(
      { inputs: { dataset: "d2", runs: ["r1", "r2"] } },
      withInput(0, { source: "data/new", hash: "d2" }),
    ),
    ["input dataset: data/raw -> data/new"],
  ],
  [changed({ inputs: { dataset: "d1", runs: ["r2", "r1"] } }), ["input runs: the same 2 in another order"]],
  [changed({ inputs: { dataset: "d1", runs: ["r1"] } }), ["input runs: a list of 2 -> a list of 1"]],
  [
    changed({ inputs: { dataset: ["d1"], runs: ["r1", "r2"] } }),
    ["input dataset: one that is no list -> a list of 1"],
  ],
  [
    withCode({ packages: ["@scope/x@1.0.0_valibot@1.5.0", "valibot@1.4.0"] }),
    ["package @scope/x 1.0.0 -> 1.0.0_valibot@1.5.0"],
  ],
  [changed({ inputs: { dataset: "d1" } }), ["input runs was removed"]],
  [
    withCode({ modules: { "a.ts": { hash: "9", imports: ["b.ts"] }, "c.ts": { hash: "2", imports: [] } } }),
    ["module a.ts was edited", "module b.ts was removed", "module c.ts was added"],
  ],
  [
    withCode({ modules: { ...before.code.modules, "a.ts": { hash: "1", imports: ["c.ts"] } } }),
    ["module a.ts imports other modules"],
  ],
  [
    withCode({ packages: ["@scope/x@2.0.0", "fast-check@4.0.0"] }),
    [
      "package @scope/x 1.0.0 -> 2.0.0",
      "package fast-check 4.0.0 was added",
      "package valibot 1.4.0 was removed",
    ],
  ],
];

Deno.test("a difference names exactly what differs", () => {
  for (const [now, expected] of differences) assert.deepEqual(describeDifference(before, now), expected);
});

Deno.test("a result without a record of its inputs is compared by their hashes", () => {
  const now = changed({ inputs: { dataset: "d2", runs: ["r1", "r2"] } });
  assert.deepEqual(describeDifference({ ...before, inputs: undefined }, now), [
    "input dataset: data/raw changed",
  ]);
});

/** The lines of `why` without the times. */
async function why(project: TempProject, ...args: string[]): Promise<string> {
  const { stdout, stderr, code } = await project.command(["why", "pipeline.ts", ...args]);
  assert.equal(code, 0, stderr);
  return stdout.replaceAll(/\d{4}-\d\d-\d\d \d\d:\d\d/g, "<time>");
}

Deno.test("why names the parameter, the file and the module that changed", async () => {
  using project = textProject();
  assert.match(await why(project), /upper 0 would run:\n {2}there is no earlier result of stage "upper"/);
  await project.run();
  assert.equal(await why(project), "3 stages up to date; name a stage to see why it ran last\n");
  assert.equal(
    await why(project, "--set", "repeat=3"),
    `upper 1 would run, compared with its result of <time>:
  parameter repeat: 2 -> 3
join depends on others, compared with its result of <time>:
  it reads "upper 1", which would run
`,
  );
  project.write({ "helper.ts": `export const prefix = "=";` });
  assert.equal(
    await why(project),
    "join would run, compared with its result of <time>:\n  module helper.ts was edited\n",
  );
  project.write({ "raw.txt": "xyz" });
  assert.match(await why(project, "upper 0"), /^upper 0 would run, .*:\n {2}input text: raw\.txt changed\n$/);
  assert.match(
    await why(project, "join"),
    /it reads "upper 0", "upper 1", which would run\n {2}module helper\.ts was edited\n$/,
  );
});

Deno.test("why tells of a stage that is up to date what made it run last", async () => {
  using project = textProject();
  await project.run();
  assert.match(
    await why(project, "join"),
    /^join is up to date; made <time>:\n {2}there is no earlier result/,
  );
  await project.run(["--set", "repeat=3"]);
  assert.match(
    await why(project, "join", "--set", "repeat=3"),
    /^join is up to date; made <time>, compared with its result of <time>:\n {2}input parts\[1\]: upper\.txt of "upper 1" changed\n$/,
  );
});

Deno.test("why knows the nearest result, not only the last", async () => {
  using project = textProject();
  await project.run(["--set", "repeat=7"]);
  project.write({ "raw.txt": "other" });
  await project.run(["--set", "repeat=8"]);
  project.write({ "raw.txt": "abc" });
  assert.match(await why(project, "upper 1", "--set", "repeat=9"), /:\n {2}parameter repeat: (1|7) -> 9\n$/);
});

Deno.test("why names a damaged result, an environment variable and a file of a folder", async () => {
  using project = new TempProject({
    "data/a.txt": "1",
    "data/b.txt": "2",
    "stages/read.ts": stageText(
      "read",
      `params: v.object({}), inputs: ["data"], outputs: ["o"], env: ["FLAVOUR"]`,
      `Deno.writeTextFileSync(ctx.outputs["o"], "text");`,
    ),
    "pipeline.ts": pipelineText(["read"], `return [read({ inputs: { data: raw("data") } })];`),
  });
  await project.run([], { FLAVOUR: "mint" });
  const { stdout } = await project.command(["why", "pipeline.ts"], { FLAVOUR: "rose" });
  assert.match(stdout, /environment variable FLAVOUR: "mint" -> "rose"\n/);
  project.write({ "data/b.txt": "3", "data/c.txt": "4" });
  const changed = await project.command(["why", "pipeline.ts"], { FLAVOUR: "mint" });
  assert.match(changed.stdout, /:\n {2}input data: data changed \(b\.txt, \+c\.txt\)\n$/);
  assert.deepEqual(stagesWith("stage-started", await project.run([], { FLAVOUR: "mint" })), ["read"]);
  const [, newest] = project.entries().sort((a, b) =>
    Deno.statSync(project.path(a)).mtime!.getTime() - Deno.statSync(project.path(b)).mtime!.getTime()
  );
  project.write({ [`${newest}/outputs/o`]: "longer text" });
  const damaged = await project.command(["why", "pipeline.ts"], { FLAVOUR: "mint" });
  assert.match(damaged.stdout, /read would run:\n {2}output o was changed in the store\n/);
});

Deno.test("why refuses a stage that is not there", async () => {
  using project = textProject();
  const { code, stderr } = await project.command(["why", "pipeline.ts", "joni"]);
  assert.equal(code, 1);
  assert.match(stderr, /Cannot select stage "joni": there is none, expected 'join'/);
});
