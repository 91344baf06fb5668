/**
 * The ways in which caches of well-known engines went wrong, one test each. Stages leave a tally outside the sandbox
 * each time that one really runs.
 */
import assert from "node:assert/strict";
import { readTextIfPresent, removeIfPresent } from "../../lib/pipeline/base/files.ts";
import { engineCommand } from "../../lib/pipeline/plan/project.ts";
import { failureOf, finished, pipelineText, stagesWith, stageText, TempProject } from "./temp_project.ts";

const members =
  `params: v.object({ n: v.optional(v.number(), 1) }), inputs: ["text"], permissions: { run: ["sh"] }`;

/** A project with one stage, "make", that copies its input after `body` and leaves a mark in a tally. */
class TallyProject extends TempProject {
  readonly #tally: string = `${this.root}.tally`;

  constructor(options: { body?: string; members?: string; outputs?: string } = {}) {
    super({
      "raw.txt": "raw",
      "helper.ts": "export const helper = 1;\n",
      "pipeline.ts": pipelineText(
        ["make"],
        `return [make({ params, inputs: { text: raw("raw.txt") } })];`,
        `n: v.optional(v.number(), 1)`,
      ),
    });
    const { body = "", members: more = "", outputs = `["out.txt"]` } = options;
    this.write({
      "stages/make.ts": stageText(
        "make",
        `${members}, outputs: ${outputs}${more === "" ? "" : `, ${more}`}`,
        `new Deno.Command("sh", { args: ["-c", 'echo >> "$PWD.tally"'] }).outputSync();
         const [out] = Object.values(ctx.outputs);
         ${body}
         Deno.writeTextFileSync(out, Deno.readTextFileSync(ctx.input("text")) + ctx.params.n);`,
        `import { helper } from "../helper.ts"; void helper;`,
      ),
    });
  }

  override [Symbol.dispose](): void {
    super[Symbol.dispose]();
    removeIfPresent(this.#tally);
  }

  /** Runs that a stage really began. */
  #marks(): number {
    return readTextIfPresent(this.#tally)?.length ?? 0;
  }

  /** Runs the engine; checks its exit code and how often the stage has run so far. */
  async expect(runs: number, args: string[] = [], env: Record<string, string> = {}): Promise<void> {
    const run = await this.run(args, env);
    assert.equal(run.code, 0, run.stdout + run.stderr);
    assert.equal(this.#marks(), runs);
  }

  /** The one entry of the store. */
  entry(): string {
    const entries = this.entries();
    assert.equal(entries.length, 1);
    return entries[0];
  }
}

/** Source that waits while the file at `path` is there. */
const waitWhile = (path: string) =>
  `while (true) { try { Deno.statSync("${path}"); } catch { break; } await new Promise((r) => setTimeout(r, 20)); }`;

Deno.test("1: a hit without the artifact", async () => {
  using project = new TallyProject();
  await project.expect(1);
  const output = `${project.entry()}/outputs/out.txt`;
  Deno.removeSync(project.path(output));
  await project.expect(2);
  assert.equal(project.read(output), "raw1");
});

Deno.test("2: an artifact cut off by a kill is accepted", async () => {
  const hold = Deno.makeTempFileSync();
  using project = new TallyProject({
    body: `Deno.writeTextFileSync(out, "half"); ${waitWhile(hold)}`,
    members: `permissions: { run: ["sh"], read: ["${hold}"] }`,
  });
  const engine = project.start(["run", "pipeline.ts", "--json"]);
  await project.until(() =>
    project.list(".pipeline/tmp").some((name) => project.exists(`.pipeline/tmp/${name}/outputs/out.txt`))
  );
  engine.kill("SIGKILL");
  await finished(engine);
  Deno.removeSync(hold);
  await project.expect(2);
  const output = `${project.entry()}/outputs/out.txt`;
  assert.equal(project.read(output), "raw1");
  // Nor one that lost its end afterwards, as after a power cut.
  Deno.truncateSync(project.path(output), 2);
  await project.expect(3);
  assert.equal(project.read(output), "raw1");
});

Deno.test("3: an imported helper changes and it is still a hit", async () => {
  using project = new TallyProject();
  await project.expect(1);
  project.write({ "helper.ts": "export const helper = 2;\n" });
  await project.expect(2);
});

Deno.test("4: an environment variable that is not declared shapes the result", async () => {
  using project = new TallyProject({ body: `if (Deno.env.get("FLAVOUR")) throw new Error("seen");` });
  await project.expect(1, [], { FLAVOUR: "mint" });
  await project.expect(1, [], { FLAVOUR: "rose" });
});

Deno.test("5: an input changes during the run", async () => {
  const hold = Deno.makeTempFileSync();
  using project = new TallyProject({
    body: `ctx.log("waiting"); ${waitWhile(hold)}`,
    members: `permissions: { run: ["sh"], read: ["${hold}"] }`,
  });
  const engine = finished(project.start(["run", "pipeline.ts", "--json"]));
  const events = () =>
    project.list(".pipeline/runs").map((run) => project.read(`.pipeline/runs/${run}/events.jsonl`)).join("");
  await project.until(() => events().includes("waiting"));
  project.write({ "raw.txt": "new" });
  Deno.removeSync(hold);
  assert.match(failureOf(await engine), /input "text" \(raw\.txt\) changed while it ran/);
  assert.deepEqual(project.list(".pipeline/store"), []);
  await project.expect(2);
  assert.equal(project.read(`${project.entry()}/outputs/out.txt`), "new1");
});

Deno.test("6: the name of an output is not in the key", async () => {
  // The variable is read where the engine loads the stage; the stage itself does not see it.
  using project = new TallyProject({ outputs: `[Deno.env.get("NAME") ?? "a.txt"]` });
  await project.expect(1, [], { NAME: "one.txt" });
  await project.expect(2, [], { NAME: "two.txt" });
  await project.expect(2, [], { NAME: "one.txt" });
});

Deno.test("7: a lock is left after a kill", async () => {
  const hold = Deno.makeTempFileSync();
  using project = new TallyProject({
    body: `${waitWhile(hold)}`,
    members: `permissions: { run: ["sh"], read: ["${hold}"] }`,
  });
  const engine = project.start(["run", "pipeline.ts", "--json"]);
  await project.until(() => project.list(".pipeline/tmp").length > 0);
  engine.kill("SIGKILL");
  await finished(engine);
  Deno.removeSync(hold);
  assert.equal(project.list(".pipeline/locks").length, 1);
  const next = await project.run();
  assert.equal(next.code, 0);
  assert.deepEqual(stagesWith("stage-waiting", next), []);
  assert.deepEqual(project.list(".pipeline/locks"), []);
});

Deno.test("8: a state file is half written", async () => {
  using project = new TallyProject();
  // Files that are no longer fresh, so that what is known of them is remembered; the graph once there is a store.
  Deno.utimeSync(project.path("raw.txt"), 1000, 1000);
  await new Promise((resolve) => setTimeout(resolve, 2100));
  await project.expect(1);
  await project.expect(1);
  const [run] = project.list(".pipeline/runs");
  const manifest = `${project.entry()}/manifest.json`;
  const files = [
    ".pipeline/hashes.json",
    ".pipeline/index.jsonl",
    `.pipeline/graphs/${project.list(".pipeline/graphs")[0]}`,
    `.pipeline/runs/${run}/events.jsonl`,
    manifest,
  ];
  for (const file of files) {
    const text = project.read(file);
    project.write({ [file]: text.slice(0, text.length / 2) });
    await project.expect(file === manifest ? 2 : 1);
    for (const command of [["status", "pipeline.ts"], ["gc", "--dry-run"], ["pin"]]) {
      const { code, stderr } = await project.command(command);
      assert.equal(code, 0, `${file}: ${stderr}`);
    }
  }
});

Deno.test("9: the key depends on the order of arrival or on absolute paths", async () => {
  const keys: string[][] = [];
  // Each in a folder of its own; in the second the later part arrives first.
  for (const early of ["make 1", "make 2"]) {
    using project = new TallyProject();
    project.write({
      "stages/join.ts": stageText(
        "join",
        `params: v.object({}), inputs: ["parts"], outputs: ["out.txt"]`,
        `const texts = ctx.inputList("parts").map((path) => Deno.readTextFileSync(path));
         Deno.writeTextFileSync(ctx.outputs["out.txt"], texts.join());`,
      ),
      "pipeline.ts": pipelineText(
        ["make", "join"],
        `const parts = [1, 2].map((n) => make({ label: String(n), params: { n }, inputs: { text: raw("raw.txt") } }));
         return [join({ inputs: { parts: parts.map((part) => part.outputs["out.txt"]) } })];`,
      ),
    });
    await project.expect(1, ["--until", early]);
    await project.expect(2);
    const status = await project.command(["status", "pipeline.ts", "--json"]);
    keys.push(status.stdout.trim().split("\n").map((line) => JSON.parse(line).key));
    assert.equal(project.read(project.output("join", "out.txt")), "raw1,raw2");
  }
  assert.deepEqual(keys[0], keys[1]);
});

Deno.test({
  name: "10: a huge file is hashed again for a run with nothing to do",
  ignore: Deno.build.os !== "linux",
  async fn() {
    using project = new TallyProject({ body: "Deno.writeTextFileSync(out, 'x'); return;" });
    const size = 64e6;
    using file = Deno.openSync(project.path("raw.txt"), { write: true });
    file.truncateSync(size);
    file.utimeSync(1000, 1000);
    await new Promise((resolve) => setTimeout(resolve, 2100));
    // What a shell's children read counts as its own once they are over.
    const engine = engineCommand({ root: project.root, config: "deno.json" }, "run", "pipeline.ts");
    const bytesRead = async () => {
      const script = `"$0" "$@" >/dev/null; while read name value; do echo "$name $value"; done </proc/$$/io`;
      const { stdout } = await new Deno.Command("bash", {
        args: ["-c", script, ...engine],
        cwd: project.root,
      }).output();
      return Number(/rchar: (\d+)/.exec(new TextDecoder().decode(stdout))?.[1]);
    };
    const first = await bytesRead();
    const second = await bytesRead();
    assert.ok(first > size, `the first run read ${first} bytes`);
    assert.ok(second < size / 2, `the second run read ${second} bytes`);
    await project.expect(1);
  },
});

Deno.test("11: an edited comment runs everything again, unless the stage ignores comments", async () => {
  for (const [more, runs] of [["", 2], ["ignoreComments: true", 1]] as const) {
    using project = new TallyProject({ members: more });
    await project.expect(1);
    project.write({ "helper.ts": "/* New. */ export   const helper: number = 1; // the same\n" });
    await project.expect(runs);
    project.write({ "helper.ts": "/* New. */ export   const helper: number = 2; // another\n" });
    await project.expect(runs + 1);
  }
});

const faults: { title: string; fault: string; expected: RegExp }[] = [
  {
    title: "a rename that fails",
    fault: "rename@1=EIO",
    expected: /its result could not be written to the store: Input\/output error/,
  },
  {
    title: "an fsync that fails",
    fault: "sync@1=EIO",
    expected: /its result could not be written to the store: Input\/output error/,
  },
  {
    title: "no permission to make the attempt's folder",
    fault: "mkdir@5+=EACCES",
    expected: /Permission denied/,
  },
];

Deno.test("12: an error of writing the cache is swallowed", async (t) => {
  for (const { title, fault, expected } of faults) {
    await t.step(title, async () => {
      using project = new TallyProject();
      const run = await project.run([], { FAULT: fault });
      assert.equal(run.code, 1);
      assert.match(failureOf(run), expected);
      assert.deepEqual(project.entries(), []);
      assert.equal((await project.run()).code, 0, "the next run finishes");
    });
  }
  await t.step("a full disk from some write on, whichever", async () => {
    for (let write = 1;; write++) {
      using project = new TallyProject();
      const run = await project.run([], { FAULT: `write@${write}+=ENOSPC` });
      if (run.code === 0) {
        assert.ok(write > 5, `the run wrote ${write} times`);
        break;
      }
      assert.equal(run.code, 1, `write ${write}`);
      assert.match(run.stdout + run.stderr, /No space left on device/, `write ${write}`);
      assert.doesNotMatch(run.stderr, /\n +at /, "a message, no stack");
      assert.equal((await project.run()).code, 0, `write ${write}`);
      assert.equal(project.read(`${project.entry()}/outputs/out.txt`), "raw1");
    }
  });
});

Deno.test({
  name: "12: a disk that is really full, as the stage writes and as the engine does",
  ignore: !canMount(),
  async fn() {
    using project = new TallyProject({
      body: `Deno.writeFileSync(out, new Uint8Array(ctx.params.n * 1000)); if (ctx.params.n > 1) return;`,
    });
    Deno.mkdirSync(project.path(".pipeline"));
    assert.equal(mount("-t", "tmpfs", "-o", "size=256k", "tmpfs", project.path(".pipeline")), true);
    try {
      const ofStage = await project.run(["--set", "n=600"]);
      assert.equal(ofStage.code, 1);
      assert.match(failureOf(ofStage), /No space left on device/);
      assert.deepEqual(project.entries(), []);
      // What is kept of the failure fills the disk: the engine itself has no room now.
      const ofEngine = await project.run();
      assert.equal(ofEngine.code, 1);
      assert.match(ofEngine.stdout + ofEngine.stderr, /No space left on device/);
      Deno.removeSync(project.path(".pipeline/failed"), { recursive: true });
      assert.equal((await project.run()).code, 0);
    } finally {
      new Deno.Command("umount", { args: [project.path(".pipeline")] }).outputSync();
    }
  },
});

function mount(...args: string[]): boolean {
  try {
    return new Deno.Command("mount", { args, stdout: "null", stderr: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

/** Whether this process may mount file systems: only root on a machine of its own. */
function canMount(): boolean {
  if (Deno.build.os !== "linux") return false;
  const folder = Deno.makeTempDirSync();
  const done = mount("-t", "tmpfs", "-o", "size=4k", "tmpfs", folder);
  if (done) new Deno.Command("umount", { args: [folder] }).outputSync();
  Deno.removeSync(folder);
  return done;
}

Deno.test("13: the cache grows without bound", async () => {
  using project = new TallyProject();
  const sizes: number[] = [];
  for (let n = 1; n <= 4; n++) {
    await project.expect(n, ["--set", `n=${n}`]);
    const { code } = await project.command(["gc", "--keep", "1"]);
    assert.equal(code, 0);
    sizes.push(project.entries().length + project.list(".pipeline/runs").length);
  }
  assert.deepEqual(sizes, [2, 2, 2, 2]);
  await project.expect(4, ["--set", "n=4"]);
});
