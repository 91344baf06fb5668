/** `deno task balance` as users run it, in processes of its own. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { balancerNames } from "../../lib/balance/mod.ts";

const command = fileURLToPath(new URL("../../pipelines/balance.ts", import.meta.url));

/** Runs the command on a file with this text. */
async function balance(file: string, ...args: string[]) {
  const dir = await Deno.makeTempDir();
  try {
    const path = join(dir, "g.json");
    await Deno.writeTextFile(path, file);
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: ["run", "-A", command, "--gram", path, ...args],
      env: { NO_COLOR: "1" },
    }).output();
    const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
    return { code, stdout: text(stdout), stderr: text(stderr) };
  } finally {
    await Deno.remove(dir, { recursive: true });
  }
}

const reference = "[[18, -22], [-22, 38]]";

Deno.test("the table has the reference values, conflicts and residuals", async () => {
  const { code, stdout, stderr } = await balance(reference, "--method", "ew,mgda,cagrad(c=0.5),imtl-g,moco");
  assert.equal(code, 0, stderr);
  assert.match(
    stdout,
    /^2 tasks; \|g\| 4\.2426 to 6\.1644; cosines -0\.8412; 1 of 1 pairs in conflict; losses 1\.0000/,
  );
  assert.match(stdout, /^method +w1 +w2 +\|d\| +min g\.d +conflicts$/m);
  assert.match(stdout, /^ew +1\.0000 +1\.0000 +3\.4641 +-4\.0000 +1 of 2$/m);
  assert.match(stdout, /^mgda +0\.6000 +0\.4000 +1\.4142 +2\.0000$/m);
  assert.match(stdout, /^cagrad\(c=0\.5\) +0\.7041 +0\.5000 /m);
  assert.match(stdout, /^imtl-g +0\.5923 +0\.4077 /m);
  assert.match(stdout, /^moco \* /m);
  assert.match(stdout, /^\* needs gradients: got the rows of J = G\^\(1\/2\)/m);
  assert.match(stdout, /^mgda +.*d \. d.* (0|\d\.\de-1\d)$/m);
});

Deno.test("all methods are there or left out with the reason", async () => {
  const { code, stdout } = await balance(reference);
  assert.equal(code, 0);
  for (const name of balancerNames) assert.match(stdout, new RegExp(`^(Left out, )?${name}(:| )`, "m"));
  assert.match(stdout, /^Left out, static: .*option 'weights'/m);
  assert.doesNotMatch(stdout, /NaN|undefined(?!, expected)/);
});

Deno.test("more tasks than fit in a table are listed below it", async () => {
  const identity = Array.from(
    { length: 10 },
    (_, i) => Array.from({ length: 10 }, (_, j) => i === j ? 1 : 0),
  );
  const { stdout } = await balance(JSON.stringify(identity), "--method", "mgda");
  assert.match(stdout, /^mgda +0\.3162 +0\.1000$/m);
  assert.match(stdout, /^mgda\n( +0\.1000){8}\n( +0\.1000){2}$/m);
});

Deno.test("--json prints one object, in full precision, with the losses that were used", async () => {
  const file = '{"gram": [18, -22, -22, 38], "losses": [3, 4]}';
  const { code, stdout } = await balance(file, "--json", "--method", "mgda");
  assert.equal(code, 0);
  const { tasks, losses, methods, leftOut } = JSON.parse(stdout);
  assert.deepEqual([tasks, losses, leftOut], [2, [3, 4], []]);
  assert.equal(methods.length, 1);
  assert.equal(methods[0].method, "mgda");
  methods[0].weights.forEach((w: number, i: number) => assert.ok(Math.abs(w - [0.6, 0.4][i]) < 1e-14));
  assert.ok(
    Math.abs(methods[0].norm - Math.SQRT2) < 1e-12 && Math.abs(methods[0].smallestProduct - 2) < 1e-12,
  );
  assert.ok(methods[0].residuals.every(({ residual }: { residual: number }) => residual < 1e-12));
  const overridden = JSON.parse(
    (await balance(file, "--json", "--method", "ew", "--losses", "5,6e-1")).stdout,
  );
  assert.deepEqual(overridden.losses, [5, 0.6]);
});

Deno.test("mistakes are named with what would be right, without a stack trace, and exit with 2", async () => {
  const cases: [file: string, args: string[], message: RegExp][] = [
    ["[[1, 0], [0", [], /Cannot read .*g\.json: it is not JSON/],
    ["[[1, 2, 3]]", [], /row 0 has 3 elements, expected 1/],
    ["[[1, 0.5], [0.4, 1]]", [], /gram\[1,0\] is 0.4 but gram\[0,1\] is 0.5, expected a symmetric matrix/],
    [reference, ["--method", "mgdaa"], /'mgdaa': there is no such method, expected 'mgda'/],
    [reference, ["--method", "static(weights=[1])"], /'weights' has 1 elements, expected 2/],
    [reference, ["--losses", "1"], /Cannot use --losses 1: there are 1 losses, expected 2/],
    [reference, ["--losses", "1,x"], /Cannot use --losses 1,x: 'x' is not a finite number/],
    [
      reference,
      ["--gram", "/no/such/file.json"],
      /Cannot read \/no\/such\/file\.json: there is no such file/,
    ],
    [reference, ["--gram", "/tmp"], /Cannot read \/tmp: .*directory.*, expected JSON/i],
    [reference, ["--gramm", "x"], /--gramm/],
    [reference, ["x.json"], /x\.json/],
  ];
  await Promise.all(cases.map(async ([file, args, message]) => {
    const { code, stdout, stderr } = await balance(file, ...args);
    assert.equal(code, 2, `${args}: ${stdout}`);
    assert.match(stderr, message);
    assert.doesNotMatch(stderr, /\n\s+at /, "no stack trace");
    assert.equal(stdout, "");
  }));
});
