import assert from "node:assert/strict";
import { explainFileError } from "../../lib/pipeline/code/file_error.ts";
import { pipelineText, stageText, TempProject, textProject } from "./temp_project.ts";

/** Bodies of stages(); `make` makes a.txt and b.txt of nothing, `read` makes a.txt of the input `text`. */
const unsound: { title: string; stages: string; expected: RegExp | string }[] = [
  {
    title: "two stages with one name",
    stages: `return [make({ params: { n: 1 } }), make({ params: { n: 2 } })];`,
    expected: /two stages are called "make", expected a distinct label for each/,
  },
  {
    title: "two stages that publish to one file",
    stages:
      `return [1, 2].map((n) => make({ label: String(n), params: { n }, publish: { "a.txt": "results/a.txt" } }));`,
    expected: /"make 1" and "make 2" both publish to results\/a\.txt/,
  },
  {
    title: "two stages that publish into one another",
    stages: `return [["1", "results/x"], ["2", "results/y/../x/a.txt"]].map(([label, target]) =>
      make({ label, params: { n: 1 }, publish: { "a.txt": target } }));`,
    expected:
      `Cannot plan the pipeline: "make 1" publishes to results/x and "make 2" to results/x/a.txt, of which ` +
      "one holds the other, expected a target for each",
  },
  {
    title: "a stage that publishes two outputs to one file",
    stages: `return [make({ params: { n: 1 }, publish: { "a.txt": "results/a", "b.txt": "./results/a" } })];`,
    expected:
      `Cannot plan the pipeline: "make" publishes two outputs to results/a, expected a target for each`,
  },
  {
    title: "a target in the store",
    stages: `return [make({ params: { n: 1 }, publish: { "a.txt": ".pipeline/a.txt" } })];`,
    expected:
      `Cannot plan the pipeline: "make" publishes to .pipeline/a.txt, expected a path inside the project and ` +
      "outside .pipeline/",
  },
  {
    title: "a stage that reads what another publishes",
    stages: `const made = make({ params: { n: 1 }, publish: { "a.txt": "results/a.txt" } });
      return [made, read({ inputs: { text: raw("results/a.txt") } })];`,
    expected:
      `Cannot plan the pipeline: input "text" of "read" is the raw file results/a.txt, which "make" ` +
      `publishes, expected the output itself: bind outputs["a.txt"] of "make"`,
  },
  {
    title: "a stage that reads a folder into which another publishes, named in another way",
    stages: `const made = make({ params: { n: 1 }, publish: { "a.txt": "./data//results/../a.txt" } });
      return [made, read({ inputs: { text: [raw("raw.txt"), raw("stages/../data/")] } })];`,
    expected:
      `Cannot plan the pipeline: input "text" of "read" is the raw file stages/../data/, where "make" ` +
      `publishes data/a.txt, expected the output itself: bind outputs["a.txt"] of "make"`,
  },
  {
    title: "a stage that reads a file in a folder that another publishes",
    stages: `const made = make({ params: { n: 1 }, publish: { "a.txt": "data" } });
      return [made, read({ inputs: { text: raw(Deno.cwd() + "/data/none.csv") } })];`,
    expected:
      /is the raw file \/.*\/data\/none\.csv, where "make" publishes data, expected the output itself/,
  },
  {
    title: "a stage that reads the whole project, into which another publishes",
    stages: `const made = make({ params: { n: 1 }, publish: { "a.txt": "results/a.txt" } });
      return [made, read({ inputs: { text: raw("..") } })];`,
    expected: /is the raw file \.\., where "make" publishes results\/a\.txt, expected the output itself/,
  },
  {
    title: "a stage that reads what it publishes",
    stages: `return [read({ inputs: { text: raw("raw.txt") }, publish: { "a.txt": "raw.txt" } })];`,
    expected:
      `Cannot plan the pipeline: input "text" of "read" is the raw file raw.txt, which the stage itself ` +
      "publishes: a cycle, expected a file that no stage of the pipeline makes",
  },
  {
    title: "a cycle that a publication closes",
    stages: `const first = read({ label: "1", inputs: { text: raw("raw.txt") } });
      const second = read({ label: "2", inputs: { text: first.outputs["a.txt"] } });
      return [read({ label: "3", inputs: { text: second.outputs["a.txt"] }, publish: { "a.txt": "raw.txt" } })];`,
    expected:
      `Cannot plan the pipeline: input "text" of "read 1" is the raw file raw.txt, which "read 3" publishes, ` +
      `and that one depends on "read 1": a cycle, expected a file that no stage of the pipeline makes`,
  },
  {
    title: "a cycle in the order of definition",
    stages: `const a = read({ label: "a", inputs: { text: b.outputs["a.txt"] } });
      const b = read({ label: "b", inputs: { text: a.outputs["a.txt"] } });
      return [b];`,
    expected:
      "Cannot load pipeline pipeline.ts: 'b' is used before it is defined (pipeline.ts, line 8, column 48), " +
      "expected every stage after those that it reads: stages that read each other are a cycle",
  },
  {
    title: "a cycle of functions",
    stages: `const a = () => read({ label: "a", inputs: { text: b().outputs["a.txt"] } });
      const b = () => read({ label: "b", inputs: { text: a().outputs["a.txt"] } });
      return [b()];`,
    expected:
      /its functions call each other without end \(pipeline\.ts, line \d+, column \d+\), expected stages that do/,
  },
  {
    title: "a cycle of inputs that were changed",
    stages: `const inputs = { text: raw("raw.txt") };
      const a = read({ label: "a", inputs });
      inputs.text = read({ label: "b", inputs: { text: a.outputs["a.txt"] } }).outputs["a.txt"];
      return [a];`,
    expected:
      `Cannot plan the pipeline: "read a" reads "read b", which reads "read a": a cycle, expected inputs that ` +
      "do not change once a stage is defined with them",
  },
  {
    title: "a target outside the project",
    stages: `return [make({ params: { n: 1 }, publish: { "a.txt": "../a.txt" } })];`,
    expected: /"make" publishes to \.\.\/a\.txt, expected a path inside the project/,
  },
  {
    title: "a raw file that is not there",
    stages: `return [read({ inputs: { text: raw("data/none.csv") } })];`,
    expected:
      `Cannot plan the pipeline: input "text" of "read" is the raw file data/none.csv, which does not exist, ` +
      "expected a file or folder there",
  },
  {
    title: "a raw file of nearly that name",
    stages: `return [read({ inputs: { text: raw("data/adlut.csv") } })];`,
    expected:
      `Cannot plan the pipeline: input "text" of "read" is the raw file data/adlut.csv, which does not exist, ` +
      "expected 'adult.csv' in its folder",
  },
  {
    title: "a stage in the place of its output",
    stages: `return [read({ inputs: { text: make({ params: { n: 1 } }) } })];`,
    expected:
      `Cannot define stage "read": input "text" is stage "make" itself, expected one of its outputs: ` +
      `outputs["a.txt"] or outputs["b.txt"] (pipeline.ts, line 8, column 11)`,
  },
  {
    title: "a path in the place of a raw file",
    stages: `return [read({ inputs: { text: ["raw.txt"] } })];`,
    expected:
      `Cannot define stage "read": input "text" is text, expected an output of a stage or rawFile("raw.txt") ` +
      "(pipeline.ts, line 8, column 11)",
  },
  {
    title: "a parameter of nearly that name",
    stages: `return [make({ params: { n: 1, epohcs: 2 } })];`,
    expected:
      `Cannot define stage "make": parameter "epohcs" is unknown, expected 'epochs' (pipeline.ts, line 8, ` +
      "column 11)",
  },
  {
    title: "a parameter out of range",
    stages: `const label = "x";
  return [make({ label, params: { n: 1, epochs: 11 } })];`,
    expected:
      `Cannot define stage "make x": parameter "epochs" is 11, expected an integer from 1 to 10 (pipeline.ts, ` +
      "line 9, column 11)",
  },
  {
    title: "a grid with an empty axis",
    stages: `return grid({ n: [] }, ({ n }) => make({ params: { n } })).made;`,
    expected:
      `Cannot make a grid: axis "n" has no values, expected at least one (pipeline.ts, line 8, column 10)`,
  },
  {
    title: "a grid in the place of its stages",
    stages: `return grid({ n: [1] }, ({ n }) => make({ params: { n } }));`,
    expected:
      "Cannot load pipeline pipeline.ts: stages(params) gave a grid, expected a list of stages, such as " +
      "[table] or runs.made",
  },
  {
    title: "a function in the place of a stage",
    stages: `return [make({ params: { n: 1 } }), read];`,
    expected:
      "Cannot load pipeline pipeline.ts: item 1 of its list of stages is a function, expected a stage, or all " +
      "that a grid made: ...runs.made",
  },
  {
    title: "an error of its own words",
    stages: `throw new RangeError("Cannot compare: there is no method 'x', expected 'ew'");`,
    expected: "Cannot compare: there is no method 'x', expected 'ew'",
  },
  {
    title: "another error",
    stages: `const table = undefined;
  return [table.outputs];`,
    expected: "Cannot load pipeline pipeline.ts: Cannot read properties of undefined (reading 'outputs') " +
      "(pipeline.ts, line 9, column 17)",
  },
  {
    title: "no error at all that is thrown",
    stages: `throw "text";`,
    expected: "Cannot load pipeline pipeline.ts: it throws text, expected an Error",
  },
  {
    title: "an output that its stage does not have",
    stages: `return [read({ label: "b", inputs: { text: make({ params: { n: 1 } }).outputs["c.txt"] } })];`,
    expected:
      /Cannot define stage "read b": input "text" is undefined, expected an output that its stage declares/,
  },
  {
    title: "an input that is not bound",
    stages: `return [read({ inputs: {} })];`,
    expected: /Cannot define stage "read": input "text" is missing/,
  },
  {
    title: "an input of another name",
    stages: `return [read({ inputs: { text: raw("raw.txt"), txet: raw("raw.txt") } })];`,
    expected: /input "txet" is unknown, expected 'text'/,
  },
  {
    title: "a published output of another name",
    stages: `return [make({ params: { n: 1 }, publish: { "c.txt": "results/c.txt" } })];`,
    expected: /published output "c\.txt" is unknown, expected 'a\.txt' or 'b\.txt'/,
  },
  {
    title: "a parameter of the wrong type",
    stages: `return [make({ label: "x", params: { n: "one" } })];`,
    expected: /Cannot define stage "make x": parameter "n" is "one", expected a number/,
  },
  {
    title: "a parameter that is left out",
    stages: `return [make({ params: {} })];`,
    expected: /Cannot define stage "make": parameter "n" is missing, expected/,
  },
  {
    title: "cores that are no number",
    stages: `return [make({ params: { n: 1 }, resources: { cores: 0 } })];`,
    expected: /resources\.cores is 0, expected a positive integer or "all"/,
  },
];

Deno.test("an unsound pipeline is refused, with the stage and what is wrong", async (t) => {
  using project = new TempProject({
    "raw.txt": "x",
    "data/adult.csv": "x",
    "stages/make.ts": stageText(
      "make",
      `params: v.object({ n: v.number(), epochs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(10)), 1) }),
       inputs: [], outputs: ["a.txt", "b.txt"]`,
      "",
    ),
    "stages/read.ts": stageText("read", `params: v.object({}), inputs: ["text"], outputs: ["a.txt"]`, ""),
  });
  for (const { title, stages, expected } of unsound) {
    await t.step(title, async () => {
      project.write({ "pipeline.ts": pipelineText(["make", "read"], stages) });
      const run = await project.command(["run", "pipeline.ts"]);
      if (typeof expected === "string") assert.equal(run.stderr, `${expected}\n`);
      else assert.match(run.stderr, expected);
      assert.equal(run.code, 1);
      assert.equal(run.stderr.trim().split("\n").length, 1, "one line, no stack");
    });
  }
});

/** A stage that imports a module when it runs. */
function lateText(module: string): string {
  return stageText("late", `params: v.object({}), inputs: [], outputs: ["a"]`, `await import("${module}");`);
}

const unloadable: { title: string; text: string; files?: Record<string, string>; expected: string }[] = [
  {
    title: "does not compile",
    text: `import { x } from "pipeline";\nexport default [ ;`,
    expected:
      "Cannot load pipeline broken.ts: SyntaxError: Expression expected (broken.ts, line 2, column 18)",
  },
  {
    title: "imports what is not there",
    text: `import x from "./absent.ts"; export default [x()];`,
    expected: `Cannot load pipeline broken.ts: Module not found "absent.ts" (broken.ts, line 1, column 15)`,
  },
  {
    title: "imports a name that its module lacks",
    text: `import { stage } from "./helper.ts"; export default [stage()];`,
    expected:
      "Cannot load pipeline broken.ts: The requested module './helper.ts' does not provide an export named " +
      "'stage' (broken.ts, line 1, column 10)",
  },
  {
    title: "has a stage that does not compile",
    text: `import upper from "./stages/upper.ts"; export default [upper];`,
    files: { "stages/upper.ts": "export default {\n  name: 1 2,\n};" },
    expected: "Cannot load pipeline broken.ts: SyntaxError: Expected ',', got 'numeric literal (2, 2)' " +
      "(stages/upper.ts, line 2, column 11)",
  },
  {
    title: "has a stage that imports what is not there",
    text: `import upper from "./stages/upper.ts"; export default [upper];`,
    files: { "stages/upper.ts": `\nimport { x } from "../absent.ts";\nexport default x;` },
    expected:
      `Cannot load pipeline broken.ts: Module not found "absent.ts" (stages/upper.ts, line 2, column 19)`,
  },
  {
    title: "imports a package that is neither in deno.json nor in the lock file",
    text: `import x from "valibott"; export default [x()];`,
    expected:
      `Cannot load pipeline broken.ts: Import "valibott" not a dependency and not in import map from "broken.ts" ` +
      "(broken.ts, line 1, column 15)",
  },
  {
    title: "has a stage that imports later what is not there",
    text: `import late from "./stages/late.ts"; export default [late()];`,
    files: { "stages/late.ts": lateText("../absent.ts") },
    expected: `Cannot hash module absent.ts, which stages/late.ts imports: Module not found "absent.ts"`,
  },
  {
    title: "has a stage that imports later what does not compile",
    text: `import late from "./stages/late.ts"; export default [late()];`,
    files: { "stages/late.ts": lateText("../later.ts"), "later.ts": "export const x = ;" },
    expected:
      "Cannot hash module later.ts, which stages/late.ts imports: SyntaxError: Expression expected (later.ts, " +
      "line 1, column 18)",
  },
  {
    title: "has a stage that is declared wrongly",
    text: `import upper from "./stages/upper.ts"; export default [upper()];`,
    files: {
      "stages/upper.ts": stageText("upper case", `params: v.object({}), inputs: [], outputs: ["a"]`, ""),
    },
    expected:
      `Cannot declare stage "upper case": its name is not plain, expected letters, digits, "_", "-" and "." ` +
      "(stages/upper.ts, line 4, column 16)",
  },
  {
    title: "has no schema of parameters",
    text: `export default { name: "x", stages: () => [] };`,
    expected: "Cannot load pipeline broken.ts: it has no params, expected a schema such as v.object({})",
  },
  {
    title: "exports what is no pipeline",
    text: `export default 3;`,
    expected:
      "Cannot load pipeline broken.ts: its default export is no pipeline, expected definePipeline(...) or a " +
      "list of stages",
  },
  {
    title: "fails",
    text: `export default [];\nthrow new Error("no data");`,
    expected: "Cannot load pipeline broken.ts: no data (broken.ts, line 2, column 7)",
  },
];

Deno.test("a pipeline file that cannot be loaded is refused with the reason and the line", async (t) => {
  for (const { title, text, files = {}, expected } of unloadable) {
    await t.step(title, async () => {
      using project = textProject();
      project.write({ "broken.ts": text, ...files });
      const run = await project.command(["run", "broken.ts"]);
      assert.deepEqual([run.stderr, run.code], [`${expected}\n`, 1]);
    });
  }
});

Deno.test("the line is found in messages with colours, too", async () => {
  using project = textProject();
  project.write({ "broken.ts": `import x from "./absent.ts"; export default [x()];` });
  // Deno colours messages unless NO_COLOR has a value.
  const run = await project.command(["run", "broken.ts"], { NO_COLOR: "" });
  assert.equal(
    run.stderr,
    `Cannot load pipeline broken.ts: Module not found "absent.ts" (broken.ts, line 1, column 15)\n`,
  );
});

Deno.test("the line is that of the project's file, though the engine lies in the same project", () => {
  const root = "/project", message = `Cannot define stage "a": input "b" is missing, expected an output`;
  const error = Object.assign(new TypeError(message), {
    stack: `TypeError: ${message}
    at fail (${new URL("../../lib/pipeline/define/stage.ts", import.meta.url)}:233:5)
    at Array.map (<anonymous>)
    at Object.stages (file://${root}/pipelines/my%20table.ts:3:14)`,
  });
  const { message: explained } = explainFileError(error, "pipelines/my table.ts", root);
  assert.equal(explained, `${message} (pipelines/my table.ts, line 3, column 14)`);
});

Deno.test("a type error is the editor's matter: Deno runs the stage", async () => {
  using project = textProject();
  project.write({ "helper.ts": `export const prefix: number = "typed ";` });
  assert.equal((await project.run()).code, 0);
  assert.equal(project.read("results/joined.txt"), "typed ABC+ABCABC");
});

Deno.test("a pipe as raw file is refused, instead of waited for", async () => {
  using project = textProject();
  Deno.removeSync(project.path("raw.txt"));
  await new Deno.Command("mkfifo", { args: [project.path("raw.txt")] }).output();
  const run = await project.run();
  assert.equal(run.code, 1);
  assert.match(run.stdout, /Cannot hash [^ ]*raw\.txt: it is a pipe or a device, expected a file/);
});
