/** Buckets over HTTP: a server of S3's protocol on this machine, reached as users reach theirs, through rclone. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { stagesWith, type TempProject, textProject } from "./temp_project.ts";

function has(program: string, argument: string): boolean {
  try {
    return new Deno.Command(program, { args: [argument], stdout: "null" }).outputSync().success;
  } catch {
    return false;
  }
}

const lacks = !has("rclone", "version")
  ? "rclone (apt-get install rclone)"
  : !has("s3rver", "--version")
  ? "s3rver (npm install --global s3rver@3.7.1)"
  : undefined;

/** A server with an empty bucket, "results". */
class Bucket implements AsyncDisposable {
  readonly remote = "rclone:lab:results/store";
  /** What tells rclone of the server, and of the key that it asks for. */
  readonly env: Record<string, string>;
  readonly #folder: string;
  readonly #server: Deno.ChildProcess;

  private constructor(folder: string, server: Deno.ChildProcess, endpoint: string) {
    this.#folder = folder;
    this.#server = server;
    this.env = {
      RCLONE_CONFIG: join(folder, "no-file.conf"),
      RCLONE_CONFIG_LAB_TYPE: "s3",
      RCLONE_CONFIG_LAB_PROVIDER: "Other",
      RCLONE_CONFIG_LAB_ENDPOINT: endpoint,
      RCLONE_CONFIG_LAB_ACCESS_KEY_ID: "S3RVER",
      RCLONE_CONFIG_LAB_SECRET_ACCESS_KEY: "S3RVER",
      // Certificates are for https, and rclone 1.60 does not start where this names some.
      AWS_CA_BUNDLE: "",
    };
  }

  static async open(): Promise<Bucket> {
    const folder = Deno.makeTempDirSync({ prefix: "equipoise-s3-" });
    const server = new Deno.Command("s3rver", {
      args: ["--directory", folder, "--address", "127.0.0.1", "--port", "0", "--configure-bucket", "results"],
      stdout: "piped",
      stderr: "null",
    }).spawn();
    const lines = server.stdout.pipeThrough(new TextDecoderStream());
    let printed = "";
    for await (const text of lines.values({ preventCancel: true })) {
      printed += text;
      const [, address] = /listening on (\S+:\d+)\n/.exec(printed) ?? [];
      if (address !== undefined) {
        // What it prints from now on is not needed, but must be taken.
        lines.pipeTo(new WritableStream()).catch(() => {});
        return new Bucket(folder, server, `http://${address}`);
      }
    }
    throw new Error(`Cannot start s3rver: it ended, expected it to listen: ${printed}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.kill("SIGKILL");
    await this.#server.status;
    Deno.removeSync(this.#folder, { recursive: true });
  }

  async rclone(...args: string[]): Promise<string> {
    const { success, stdout, stderr } = await new Deno.Command("rclone", { args, env: this.env }).output();
    assert.ok(success, new TextDecoder().decode(stderr));
    return new TextDecoder().decode(stdout);
  }

  /** Paths of all objects. */
  async objects(): Promise<string[]> {
    return (await this.rclone("lsf", "-R", "--fast-list", "--files-only", "lab:results")).split("\n").slice(
      0,
      -1,
    );
  }
}

/** Runs a command of the engine; gives what it prints. */
async function command(project: TempProject, code: number, env: Record<string, string>, ...args: string[]) {
  const run = await project.command(args, env);
  assert.equal(run.code, code, run.stdout + run.stderr);
  return run.stdout + run.stderr;
}

function test(name: string, work: (bucket: Bucket) => Promise<void>): void {
  Deno.test({
    name: lacks === undefined ? name : `${name} (left out: needs ${lacks})`,
    ignore: lacks !== undefined,
    async fn() {
      await using bucket = await Bucket.open();
      await work(bucket);
    },
  });
}

test("what one project pushes to a bucket another pulls and need not make", async ({ remote, env }) => {
  using here = textProject();
  using there = textProject();
  // A folder as an output, with a folder in it.
  const deep = `Deno.mkdirSync(ctx.outputs["out/"] + "/a/b", { recursive: true });
    Deno.writeTextFileSync(ctx.outputs["out/"] + "/a/b/ü 1#.txt", "deep");
    Deno.writeTextFileSync`;
  for (const project of [here, there]) {
    const upper = project.read("stages/upper.ts");
    project.write({
      "stages/upper.ts": upper.replace(`["upper.txt"]`, `["upper.txt", "out/"]`)
        .replace("Deno.writeTextFileSync", deep),
    });
  }
  assert.equal((await here.run()).code, 0);
  assert.equal(await command(here, 0, env, "push", remote), "3 results copied, 0 there already\n");
  assert.equal(await command(here, 0, env, "push", remote), "0 results copied, 3 there already\n");
  const pulled = await command(there, 0, env, "pull", remote, "pipeline.ts");
  assert.equal(pulled, "3 results copied, 0 there already\n");
  assert.deepEqual(stagesWith("stage-started", await there.run()), []);
  assert.equal(there.read(there.output("upper 1", "out/a/b/ü 1#.txt")), "deep");
  assert.match(await command(there, 0, env, "verify"), /^3 results whole .* 0 damaged\n$/);
});

test("a push that is killed leaves nothing visible, and the next one finishes", async (bucket) => {
  const { remote, env } = bucket;
  using here = textProject();
  await here.run();
  // Stands before the real one: at the given call it takes the engine with it, half way through the work.
  const real = new TextDecoder().decode(new Deno.Command("which", { args: ["rclone"] }).outputSync().stdout)
    .trim();
  here.write({
    "bin/rclone": `#!/bin/sh
      echo >> "$0.calls"
      if [ "$(wc -l < "$0.calls")" = "$DIES_AT" ]; then kill -9 $PPID; exit 1; fi
      exec ${real} "$@"`,
  });
  Deno.chmodSync(here.path("bin/rclone"), 0o755);
  const PATH = `${here.path("bin")}:${Deno.env.get("PATH")}`;
  // It lists what is there, then copies outputs and logs, then manifests.
  for (const [call, objects] of [[1, 0], [2, 0], [3, 6]]) {
    await command(here, 137, { ...env, PATH, DIES_AT: String(call) }, "push", remote);
    Deno.removeSync(here.path("bin/rclone.calls"));
    using there = textProject();
    assert.equal(await command(there, 0, env, "pull", remote), "0 results copied, 0 there already\n");
    assert.equal(there.entries().length, 0);
    assert.equal((await bucket.objects()).length, objects);
  }
  assert.equal(await command(here, 0, env, "push", remote), "3 results copied, 0 there already\n");
  using there = textProject();
  assert.equal(await command(there, 0, env, "pull", remote), "3 results copied, 0 there already\n");
});

test("an object that was tampered with is refused", async (bucket) => {
  const { remote, env } = bucket;
  using here = textProject();
  await here.run();
  await command(here, 0, env, "push", remote);
  const target = (await bucket.objects()).find((path) => path.endsWith("/joined.txt"));
  here.write({ "other.txt": ">ABC+ABCXXX" });
  await bucket.rclone("copyto", here.path("other.txt"), `lab:results/${target}`);
  using there = textProject();
  assert.match(
    await command(there, 1, env, "pull", remote),
    /^[0-9a-f]{64}: output joined\.txt has other bytes than were written\n2 results copied, .*, 1 refused\n$/,
  );
  assert.deepEqual([there.entries().length, there.list(".pipeline/tmp")], [2, []]);
});

test("a wrong key, and a bucket that is not there, are told as the server tells them", async ({ remote, env }) => {
  using here = textProject();
  await here.run();
  // The server knows keys by their ids; it does not verify signatures.
  const wrong = { ...env, RCLONE_CONFIG_LAB_ACCESS_KEY_ID: "guessed" };
  const refused =
    /^Cannot use an rclone remote: rclone lsf failed: .*InvalidAccessKeyId: The AWS Access Key Id you/;
  assert.match(await command(here, 1, wrong, "push", remote), refused);
  const gone = await command(here, 1, env, "pull", "rclone:lab:nothing/store");
  assert.match(gone, /^Cannot use an rclone remote: rclone lsf failed: .*(NoSuchBucket|directory not found)/);
});
