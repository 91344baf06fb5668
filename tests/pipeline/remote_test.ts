import assert from "node:assert/strict";
import { join } from "node:path";
import { stagesWith, type TempProject, textProject } from "./temp_project.ts";

async function command(project: TempProject, code: number, ...args: string[]): Promise<string> {
  const run = await project.command(args);
  assert.equal(run.code, code, run.stdout + run.stderr);
  return run.stdout;
}

/** Runs `work` with a folder for a remote. */
async function withFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = Deno.makeTempDirSync({ prefix: "equipoise-remote-" });
  try {
    await work(folder);
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
}

/** Files below a folder. */
function filesIn(folder: string): string[] {
  return [...Deno.readDirSync(folder)].flatMap((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory ? filesIn(path) : [path];
  });
}

function hasRclone(): boolean {
  try {
    return new Deno.Command("rclone", { args: ["version"], stdout: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

const kinds = [
  { kind: "a folder", prefix: "", ignore: false },
  { kind: "rclone", prefix: "rclone:", ignore: !hasRclone() },
];

for (const { kind, prefix, ignore } of kinds) {
  Deno.test({
    name: `what one project pushes to ${kind} another pulls and need not make`,
    ignore,
    fn: () =>
      withFolder(async (folder) => {
        using here = textProject();
        using there = textProject();
        await here.run();
        await here.run(["--set", "repeat=3"]);
        const remote = prefix + folder;
        assert.equal(
          await command(here, 0, "push", remote, "pipeline.ts"),
          "3 results copied, 0 there already\n",
        );
        assert.equal(await command(here, 0, "push", remote), "2 results copied, 3 there already\n");
        assert.equal(
          await command(there, 0, "pull", remote, "pipeline.ts"),
          "3 results copied, 0 there already\n",
        );
        const run = await there.run();
        assert.deepEqual([stagesWith("stage-started", run), run.code], [[], 0]);
        assert.equal(there.read("results/joined.txt"), ">ABC+ABCABC");
        assert.equal(await command(there, 0, "pull", remote), "2 results copied, 3 there already\n");
        assert.equal(await command(there, 0, "verify"), "5 results whole (43 B), 0 damaged\n");
      }),
  });
}

Deno.test("a damaged result is neither pushed nor pulled", () =>
  withFolder(async (folder) => {
    using here = textProject();
    await here.run();
    const output = here.path(here.output("join", "joined.txt"));
    const { mtime } = Deno.statSync(output);
    const text = Deno.readTextFileSync(output);
    Deno.writeTextFileSync(output, text.replace("A", "B"));
    Deno.utimeSync(output, mtime!, mtime!);
    assert.match(
      await command(here, 1, "push", folder),
      /^[0-9a-f]{64}: output joined\.txt was changed in the store\n2 results copied, 0 there already, 1 refused\n$/,
    );
    Deno.writeTextFileSync(output, text);
    await command(here, 0, "push", folder);

    using there = textProject();
    const sent = filesIn(folder);
    const damage = (name: string, change: (text: string) => string) => {
      const path = sent.find((file) => file.endsWith(name))!;
      Deno.writeTextFileSync(path, change(Deno.readTextFileSync(path)));
    };
    damage("joined.txt", (text) => text.replace("A", "B"));
    damage("upper.txt", (text) => `${text}more`);
    assert.match(
      await command(there, 1, "pull", folder),
      /^(.*has other bytes than were written\n){2}1 result copied/,
    );
    assert.deepEqual(there.list(".pipeline/tmp"), []);
  }));

Deno.test("a manifest under another key than its own is refused", () =>
  withFolder(async (folder) => {
    using here = textProject();
    await here.run();
    await command(here, 0, "push", folder);
    const manifest = filesIn(folder).find((path) =>
      path.endsWith("manifest.json") && Deno.readTextFileSync(path).includes(`"repeat": 2`)
    )!;
    Deno.writeTextFileSync(manifest, Deno.readTextFileSync(manifest).replace(`"repeat": 2`, `"repeat": 9`));
    using there = textProject();
    assert.match(await command(there, 1, "pull", folder), /its key is not that of its parts\n/);
  }));

Deno.test("a push that is killed leaves nothing visible, and the next one finishes", () =>
  withFolder(async (folder) => {
    using here = textProject();
    await here.run();
    using count = textProject();
    await count.run();
    await withFolder(async (other) => {
      const counter = count.path("count.json");
      await count.command(["push", other], { FAULT: "count", FAULT_COUNT: counter });
    });
    const { total } = JSON.parse(count.read("count.json"));
    let killed = 0;
    for (let point = 1; point <= total; point += Math.ceil(total / 8)) {
      const { code } = await here.command(["push", folder], { FAULT: `kill@${point}` });
      if (code !== 0) killed++;
      using there = textProject();
      // Whatever is there is whole.
      await command(there, 0, "pull", folder);
    }
    assert.ok(killed >= 5, `killed at ${killed} of 8 points`);
    await command(here, 0, "push", folder);
    using there = textProject();
    assert.equal(await command(there, 0, "pull", folder), "3 results copied, 0 there already\n");
  }));

Deno.test("a remote that is not there is refused", async () => {
  using project = textProject();
  await project.run();
  const { stderr, code } = await project.command(["push", "/nowhere"]);
  assert.deepEqual(
    [stderr, code],
    ["Cannot open remote /nowhere: it is no folder, expected one that exists, or rclone:REMOTE:PATH\n", 1],
  );
  assert.equal((await project.command(["pull"])).code, 2);
});
