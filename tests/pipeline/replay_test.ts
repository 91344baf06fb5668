import assert from "node:assert/strict";
import { join } from "node:path";
import { firstDifference } from "../../lib/pipeline/history/first_difference.ts";
import { textProject } from "./temp_project.ts";

Deno.test("the first byte that differs is found, also behind the first block and in folders", () => {
  const folder = Deno.makeTempDirSync({ prefix: "equipoise-" });
  const path = (name: string) => join(folder, name);
  try {
    const bytes = Uint8Array.from({ length: 2_500_000 }, (_, i) => i % 251);
    const write = (name: string, change: (bytes: Uint8Array) => Uint8Array) => {
      Deno.mkdirSync(path(name));
      Deno.writeFileSync(path(`${name}/big`), change(bytes.slice()));
      Deno.writeTextFileSync(path(`${name}/a`), "same");
    };
    write("one", (all) => all);
    write("equal", (all) => all);
    write("changed", (all) => all.fill(255, 2_000_001, 2_000_003));
    write("shorter", (all) => all.subarray(0, 2_400_000));
    const of = (name: string, second: string) => firstDifference(path(name), path(second));
    assert.equal(of("one", "equal"), undefined);
    assert.equal(of("one", "changed"), "big: byte 2000001 is 0x21 in the first and 0xff in the second");
    assert.equal(of("one/big", "changed/big"), "byte 2000001 is 0x21 in the first and 0xff in the second");
    assert.equal(of("one", "shorter"), "big: the second ends after 2400000 bytes");
    Deno.writeTextFileSync(path("equal/b"), "");
    assert.equal(of("one", "equal"), "b: it is only in the second");
    assert.equal(of("equal", "one"), "b: it is only in the first");
  } finally {
    Deno.removeSync(folder, { recursive: true });
  }
});

Deno.test("replay runs a stage twice, leaves the store as it is, and compares with it", async () => {
  using project = textProject();
  const early = await project.command(["replay", "pipeline.ts", "join"]);
  assert.match(
    early.stderr,
    /Cannot replay "join": the result of "upper 0", which it reads, is not in the store/,
  );
  assert.match(
    (await project.command(["replay", "pipeline.ts", "upper 0"])).stdout,
    /^upper 0 gave the same bytes twice\n$/,
  );
  assert.deepEqual(project.list(".pipeline/store"), []);
  await project.run();
  const same = await project.command(["replay", "pipeline.ts", "join"]);
  assert.deepEqual([same.stdout, same.code], ["join gave the same bytes twice, those of the store\n", 0]);
  project.write({ [project.output("join", "joined.txt")]: ">ABC+BBC" });
  const damaged = await project.command(["replay", "pipeline.ts", "join", "--json"]);
  assert.equal(damaged.code, 0);
  assert.equal(JSON.parse(damaged.stdout).stored, false, "a damaged result is no result");
  assert.deepEqual(project.list(".pipeline/tmp"), []);
});

Deno.test("replay reports the first byte of a stage that is not deterministic, and keeps both attempts", async () => {
  using project = textProject();
  const stage = project.read("stages/join.ts").replace("prefix + ", `prefix + crypto.randomUUID() + `);
  project.write({ "stages/join.ts": stage });
  await project.run();
  const { stdout, code } = await project.command(["replay", "pipeline.ts", "join"]);
  assert.equal(code, 1);
  const message =
    /^join gave different bytes\n {2}output joined\.txt: byte \d+ is 0x\w\w in the first and 0x\w\w in the second\n {2}both are kept in (\S+)\n$/;
  const kept = message.exec(stdout)?.[1];
  assert.ok(kept !== undefined, stdout);
  const [first, second] = ["first", "second"].map((name) =>
    Deno.readTextFileSync(`${kept}/${name}/outputs/joined.txt`)
  );
  assert.notEqual(first, second);
  project.write({ "stages/join.ts": stage.replace("outputs:", "deterministic: false, outputs:") });
  const declared = await project.command(["replay", "pipeline.ts", "join"]);
  assert.equal(declared.code, 0);
  assert.match(declared.stdout, /as it says \(deterministic: false\)/);
});

Deno.test("replay finds a stage whose stored result it cannot make again", async () => {
  using project = textProject();
  const stage = project.read("stages/join.ts");
  const gate = `${project.root}.outside`;
  project.write({
    "stages/join.ts": stage.replace(`outputs:`, `permissions: { read: ["${gate}"] }, outputs:`)
      .replace("prefix + ", `prefix + Deno.readTextFileSync("${gate}") + `),
  });
  Deno.writeTextFileSync(gate, "1");
  try {
    await project.run();
    Deno.writeTextFileSync(gate, "2");
    const { stdout, code } = await project.command(["replay", "pipeline.ts", "join"]);
    assert.equal(code, 1);
    assert.equal(
      stdout,
      "join gave the same bytes twice, but the store (the first) has others\n" +
        "  output joined.txt: byte 1 is 0x31 in the first and 0x32 in the second\n",
    );
  } finally {
    Deno.removeSync(gate);
  }
});

Deno.test("replay needs the name of a stage, and tells which run failed", async () => {
  using project = textProject();
  assert.equal((await project.command(["replay", "pipeline.ts"])).code, 2);
  project.write({
    "stages/upper.ts": project.read("stages/upper.ts").replace("const text", "throw 1; const text"),
  });
  const { stderr, code } = await project.command(["replay", "pipeline.ts", "upper 0"]);
  assert.match(stderr, /^Cannot replay "upper 0": the first run failed: 1\n$/);
  assert.equal(code, 1);
});
