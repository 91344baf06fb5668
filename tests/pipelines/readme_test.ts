import assert from "node:assert/strict";
import { dirname, join } from "node:path";
import { copyProject, deno, root } from "./project_copy.ts";

const readme = Deno.readTextFileSync(join(root, "README.md"));

/** The files of "A pipeline of your own", by path: each stands in a fence below a line that begins with its path. */
function ownPipeline(): Record<string, string> {
  const section = readme.slice(readme.indexOf("## A pipeline of your own"));
  const fences = section.matchAll(/^`(mine\/[\w.]+)`[^\n]*:\n\n```\w+\n(.*?)^```$/gms);
  return Object.fromEntries([...fences].map(([, path, text]) => [path, text]));
}

/** The commands that README.md says to type, from the one that begins so, without what it says of them. */
function commandsFrom(start: string): string[] {
  const [fence] = readme.slice(readme.indexOf(start)).split("\n```");
  return fence.split("\n").map((line) => line.replace(/ +#.*/, ""));
}

Deno.test("the pipeline of one's own in README.md does what is said beside its commands", async () => {
  const project = await copyProject();
  try {
    const files = ownPipeline();
    assert.deepEqual(Object.keys(files), [
      "mine/ratings.csv",
      "mine/assess.ts",
      "mine/table.ts",
      "mine/pipeline.ts",
    ]);
    for (const [path, text] of Object.entries(files)) {
      await Deno.mkdir(join(project, dirname(path)), { recursive: true });
      await Deno.writeTextFile(join(project, path), text);
    }
    const enter = async (command: string) => {
      const { code, stdout, stderr } = await deno(project, command.split(" ").slice(1));
      assert.equal(code, 0, `${command}: ${stderr}`);
      return stdout;
    };
    const [check, first, oneMore, why, ...rest] = commandsFrom("deno check mine");
    assert.deepEqual(rest, []);
    await enter(check);
    assert.match(await enter(first), /^7 stages: 7 ran, 0 from the store/m);
    const table = () => Deno.readTextFile(join(project, "results/ratings.md"));
    assert.match(await table(), /^\| mean +\| \d\.\d\d \| +3 \|\n\| item-mean +\| \d\.\d\d \| +3 \|$/m);
    assert.match(await enter(oneMore), /^9 stages: 3 ran, 6 from the store/m);
    assert.match(await table(), /^\| item-mean +\| \d\.\d\d \| +4 \|$/m);
    assert.match(await enter(first), /^7 stages up to date/m, "going back to fewer runs nothing");

    await Deno.writeTextFile(join(project, "mine/table.ts"), files["mine/table.ts"].replace("RMSE", "error"));
    assert.match(await enter(why), /^table would run, .*\n {2}module mine\/table\.ts was edited$/m);
    assert.match(await enter(oneMore), /^9 stages: 1 ran, 8 from the store/m, "nothing is assessed again");
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});
