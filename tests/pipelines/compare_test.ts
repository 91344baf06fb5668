/** Comparative explanations from raw reviews to the table, in a copy of the project, with real processes, made small. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { copyProject, deno } from "./project_copy.ts";

Deno.test("the experiment makes table and examples of the synthetic reviews, and again runs nothing", async (t) => {
  const project = await copyProject();
  const run = (...settings: string[]) =>
    deno(project, [
      ...["run", "-A", "pipelines/pipeline.ts", "run", "pipelines/compare.ts"],
      ...["seeds=2", "users=40", 'methods=["random","oracle"]', ...settings].flatMap((s) => ["--set", s]),
    ]);
  const read = (name: string) => Deno.readTextFile(join(project, "results", name));
  try {
    await t.step("a first run makes them; data that were not found are named", async () => {
      const { code, stdout, stderr } = await run();
      assert.equal(code, 0, stdout + stderr);
      const table = await read("comparative_explanations.md");
      assert.match(table, /^## synthetic-reviews$/m);
      assert.match(table, /^Left out: amazon-musical-instruments, .*: get it from https:.* into data\//m);
      assert.ok(!table.includes(project), "a path of this machine is no part of a result");
      const bleu = (label: string) =>
        Number(new RegExp(`^\\|[^|]*\\| ${label} +\\| +\\**([\\d.]+)`, "m").exec(table)?.[1]);
      const [random, centroid, oracle] = ["random sentence", "centroid of the candidates", "oracle choice"]
        .map(bleu);
      assert.ok(random > 0 && centroid > random && oracle > centroid, `${random}, ${centroid}, ${oracle}`);
      assert.match(await read("examples.md"), /^1\. \S+, \d\.\d\d stars: "/m);
    });
    await t.step("the same again is found in the store", async () => {
      assert.match((await run()).stdout, /^14 stages up to date /);
    });
    await t.step("deno task explain answers from the folder that was published", async () => {
      const { code, stdout, stderr } = await deno(project, [
        "task",
        "explain",
        "--user",
        "user-0001",
        "--json",
      ]);
      assert.equal(code, 0, stderr);
      const { model, items } = JSON.parse(stdout);
      assert.deepEqual(model, {
        ...{ dataset: "synthetic-reviews", method: "centroid", seed: 1 },
        madeWith: "pipelines/compare.ts, preset quick, with seeds 2, methods random and oracle, users 40",
      });
      assert.equal(items.length, 5);
    });
    await t.step("a CSV of one's own is refused where a column is missing", async () => {
      await Deno.writeTextFile(join(project, "mine.csv"), "user,item,stars,text\na,b,5,Good tone.\n");
      const { code, stdout, stderr } = await run("reviews=mine.csv");
      assert.equal(code, 1);
      assert.match(stdout + stderr, /rating/);
    });
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});
