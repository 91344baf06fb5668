import assert from "node:assert/strict";
import { pipelineText, stageText, TempProject } from "./temp_project.ts";
import { killAt, spread } from "./torture.ts";
import { compareProjects, tortureCommand } from "./torture_command.ts";

Deno.test("killed with -9 at ten points of a run, the engine serves nothing wrong and the next run finishes", async () => {
  const points = await spread(12);
  let killed = 0;
  for (const point of points.slice(0, 10)) if (await killAt(point)) killed++;
  assert.ok(killed >= 7, `the engine was over before it was killed at ${10 - killed} of 10 points`);
});

/** A stage that goes on from its checkpoint, one that is not deterministic, and one that reads each. */
function steppingProject(): TempProject {
  const cli = new URL("../../lib/pipeline/cli.ts", import.meta.url).href;
  const params = `params: v.object({ n: v.optional(v.number(), 0) })`;
  const copy = `Deno.copyFileSync(ctx.input("text"), ctx.outputs["copy.txt"]);`;
  const publish = (name: string) => `publish: { "copy.txt": "results/${name}.txt" }`;
  return new TempProject({
    "stages/step.ts": stageText(
      "step",
      `${params}, inputs: [], outputs: ["steps.txt"]`,
      `const saved = ctx.checkpoint + "/steps";
       let steps = "";
       try { steps = Deno.readTextFileSync(saved); } catch { /* begins */ }
       while (steps.length < 20) {
         await new Promise((resolve) => setTimeout(resolve, 50));
         Deno.writeTextFileSync(saved + ".new", steps += ctx.params.n);
         Deno.renameSync(saved + ".new", saved);
       }
       Deno.writeTextFileSync(ctx.outputs["steps.txt"], steps);`,
    ),
    "stages/chance.ts": stageText(
      "chance",
      `${params}, inputs: [], outputs: ["o"], deterministic: false`,
      `Deno.writeTextFileSync(ctx.outputs.o, String(Math.random()));`,
    ),
    "stages/copy.ts": stageText("copy", `${params}, inputs: ["text"], outputs: ["copy.txt"]`, copy),
    "pipeline.ts": pipelineText(
      ["step", "chance", "copy"],
      `const steps = [1, 2, 3, 4].map((n) => step({ label: String(n), params: { n } }).outputs["steps.txt"]);
       return [copy({ label: "steps", inputs: { text: steps[3] }, ${
        publish("steps")
      } }), ...steps.slice(0, 3).map(
         (text, i) => copy({ label: String(i), inputs: { text } })),
         copy({ label: "chance", inputs: { text: chance().outputs.o }, ${publish("chance")} })];`,
    ),
    "run.ts": `import { main } from "${cli}"; Deno.exitCode = await main(["run", "pipeline.ts", "-j", "2"]);`,
  });
}

Deno.test("a command that is killed again and again ends with the results of an undisturbed one", async () => {
  using undisturbed = steppingProject();
  using disturbed = steppingProject();
  const lines: string[] = [];
  const args = ["run", "-A", "--quiet", "--cached-only", "--config=deno.json", "run.ts"];
  const { hits, differences, stages, files } = await tortureCommand(undisturbed.root, disturbed.root, args, {
    ...{ kills: 5, seed: 2, say: (line: string) => lines.push(line) },
  });
  assert.deepEqual(differences, []);
  assert.ok(hits >= 2, lines.join("\n"));
  assert.deepEqual(stages.leftOut.toSorted(), ["pipeline.ts: chance", "pipeline.ts: copy chance"]);
  assert.deepEqual([stages.same.length, files.leftOut], [8, ["results/chance.txt"]]);
  assert.deepEqual(files.same, ["results/.published.json", "results/steps.txt"]);

  disturbed.write({ "results/steps.txt": "44445444444444444444", "results/.steps.txt.0.tmp": "left" });
  const entry = disturbed.output("copy 0", "copy.txt").replace("outputs/copy.txt", "manifest.json");
  disturbed.write({ [entry]: disturbed.read(entry).replaceAll(/"hash": "../g, `"hash": "00`) });
  assert.deepEqual(compareProjects(undisturbed.root, disturbed.root).differences, [
    "pipeline.ts: copy 0 has the same key and other bytes in copy.txt",
    "results/steps.txt: byte 4 is 0x34 in the first and 0x35 in the second",
    "results/.steps.txt.0.tmp is only in the second",
  ]);
});
