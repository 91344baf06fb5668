/** The main job in a copy of the project, with real processes: what a newcomer does, made small. */
import assert from "node:assert/strict";
import { join } from "node:path";
import { copyProject, deno, root } from "./project_copy.ts";

const small = [
  ...["--set", "seeds=2", "--set", "epochs=1", "--set", "worldRows=3000"],
  ...["--set", 'methods=["static","multibalance"]'],
];
const run = ["run", "-A", "pipelines/pipeline.ts", "run", "pipelines/multibalance.ts", ...small];
const quality = "results/multibalance_quality.md", cost = "results/multibalance_cost.md";

Deno.test("the experiment makes both tables, the same bytes again, and only what changed", async (t) => {
  const project = await copyProject();
  try {
    const read = (path: string) => Deno.readTextFile(join(project, path));
    let first = "";
    await t.step("a first run makes both tables", async () => {
      const { code, stdout, stderr } = await deno(project, run);
      assert.equal(code, 0, stdout + stderr);
      first = await read(quality);
      for (const row of ["single-task models", "equal weights", "static weights, tuned", "MultiBalance"]) {
        assert.match(first, new RegExp(`^\\| ${row} `, "m"));
      }
      for (const view of ["NE gain over equal weights", "Normalized entropy", "AUC", "Calibration"]) {
        assert.match(first, new RegExp(`^\\*\\*${view}`, "m"));
      }
      assert.match(first, /task-1 NE ↓ \|.*task-6 NE ↓ \|/);
      assert.match(first, /^Left out: census-income-kdd/m);
      assert.match(
        first,
        /^Preset quick, with seeds 2, epochs 1, methods static and multibalance, worldRows 3000\.$/m,
      );
      assert.match(first, /^MultiBalance gains [+-]\d+\.\d\d% in NE over equal weights/m);
      assert.doesNotMatch(first, /NaN|undefined/);
      const speeds = await read(cost);
      assert.match(speeds, /\| ew +\| +\d+ +\| +100\.0 \|/);
      assert.match(speeds, /\| multibalance +\| +\d+ +\| +\d+\.\d \| +\d+ +\| +\d+\.\d \|/);
    });

    await t.step("a second run finds everything in the store", async () => {
      const { code, stdout } = await deno(project, run);
      assert.equal(code, 0);
      assert.match(stdout, /^\d+ stages up to date/m);
    });

    await t.step("one more seed trains that seed alone", async () => {
      const { code, stdout } = await deno(project, run.map((arg) => arg === "seeds=2" ? "seeds=3" : arg));
      assert.equal(code, 0);
      const trained = stdout.match(/^(train|tune)\S* .*: done/gm)!;
      assert.equal(trained.length, 4, "one run of each method");
      assert.ok(trained.every((line) => line.includes("seed 3")), trained.join("\n"));
      assert.match(await read(quality), /3 seeds/);
    });

    await t.step("a store built anew gives the same bytes of quality", async () => {
      await Deno.remove(join(project, ".pipeline"), { recursive: true });
      const { code, stdout } = await deno(project, [...run, "-j", "1"]);
      assert.equal(code, 0, stdout);
      assert.equal(await read(quality), first);
    });

    await t.step("other methods make a table without MultiBalance", async () => {
      const others = run.map((arg) => arg.startsWith("methods=") ? "methods=mgda-param,mgda" : arg);
      const { code, stdout } = await deno(project, others);
      assert.equal(code, 0, stdout);
      const table = await read(quality);
      const rows = [...table.split("**Normalized entropy")[0].matchAll(/^\| ([^|]+?) +\|.*\d/gm)];
      assert.deepEqual(rows.map(([, row]) => row), [
        "Method",
        "single-task models",
        "equal weights",
        "MGDA, parameters",
        "MGDA",
      ]);
      assert.match(table, /^Rows that say so balance the gradients of all shared parameters/m);
      assert.doesNotMatch(table, /MoCo/);
    });

    await t.step("an edited table is reported and left alone", async () => {
      await Deno.writeTextFile(join(project, quality), "mine");
      const { stdout, stderr } = await deno(project, run);
      assert.match(stdout + stderr, /multibalance_quality\.md.*(hand|edited)/s);
      assert.equal(await read(quality), "mine");
    });
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});

Deno.test("without a BLAS the experiment trains on plain WASM and says so", async () => {
  const project = await copyProject();
  try {
    const { code, stdout, stderr } = await deno(project, [...run, "--set", "seeds=1"], {
      EQUIPOISE_BLAS: "libno-such-blas.so",
    });
    assert.equal(code, 0, stdout + stderr);
    assert.match(await Deno.readTextFile(join(project, quality)), /Trained on backend wasm, 1 thread/);
  } finally {
    await Deno.remove(project, { recursive: true });
  }
});

Deno.test("mistakes on the command line are named, with what would be right", async () => {
  const cases: [string[], number, RegExp][] = [
    [["pipelines/reproduce.ts", "--preset", "quik"], 1, /preset.*quik.*'quick'/s],
    [["pipelines/reproduce.ts", "--presett", "quick"], 2, /--presett/],
    [["pipelines/reproduce.ts", "--backend", "gpu"], 1, /backend.*gpu.*'native'/s],
    [["pipelines/reproduce.ts", "--seeds", "0"], 1, /seeds.*0/s],
    [["pipelines/reproduce.ts", "--jobs", "two"], 2, /--jobs.*'two', expected a number/],
    [["pipelines/reproduce.ts", "--data", "no/such/folder"], 2, /'no\/such\/folder' is no folder/],
    [["pipelines/doctor.ts", "--jsno"], 2, /--jsno.*'--json'/],
    [["pipelines/pipeline.ts", "run", "pipelines/multibalance.ts", "--set", "sedes=2"], 1, /sedes.*seeds/s],
    [
      ["pipelines/pipeline.ts", "run", "pipelines/multibalance.ts", "--set", "methods=ew,mgda-parm"],
      1,
      /Cannot compare methods: there is no method 'mgda-parm', expected 'mgda-param' or/,
    ],
    [
      ["pipelines/pipeline.ts", "status", "pipelines/ablation.ts", "--set", "preset=long"],
      1,
      /preset.*long/s,
    ],
    [["pipelines/pipeline.ts", "run", "pipelines/nothing.ts"], 1, /pipelines\/nothing\.ts/],
  ];
  for (const [args, code, message] of cases) {
    const result = await deno(root, ["run", "-A", ...args]);
    assert.equal(result.code, code, `${args}: ${result.stderr}`);
    assert.match(result.stderr, message, args.join(" "));
    assert.doesNotMatch(result.stderr, /\n\s+at /, "no stack trace");
    assert.doesNotMatch(result.stdout, /: started|published/, `${args}: nothing runs before it is told`);
  }
});

Deno.test("every command explains itself", async () => {
  const commands = [
    ...[
      "pipelines/reproduce.ts",
      "pipelines/pipeline.ts",
      "pipelines/balance.ts",
      "pipelines/doctor.ts",
      "tests/pipeline/torture.ts",
      "pipelines/explain.ts",
      "bench/main.ts",
    ].map((file) => [file]),
    ["bench/main.ts", "train-step"],
    ["bench/main.ts", "balancers"],
  ];
  for (const command of commands) {
    const { code, stdout } = await deno(root, ["run", "-A", ...command, "--help"]);
    assert.equal(code, 0, command.join(" "));
    assert.match(stdout, /Usage: deno task/, command.join(" "));
  }
});

Deno.test("doctor and the benchmarks print one JSON object each", async () => {
  const doctor = JSON.parse((await deno(root, ["run", "-A", "pipelines/doctor.ts", "--json"])).stdout);
  assert.deepEqual(
    doctor.backends.map(({ name }: { name: string }) => name),
    ["tensorflow", "webgpu", "native", "wasm", "cpu"],
  );
  assert.ok(doctor.hashMegabytesPerSecond > 0);
  const bench = JSON.parse(
    (await deno(root, [
      ...[
        "run",
        "-A",
        "bench/main.ts",
        "train-step",
        "--json",
        "--batch",
        "64",
        "--fields",
        "4",
        "--dim",
        "4",
      ],
      ...[
        "--rows",
        "400",
        "--bottom",
        "16,8",
        "--tower",
        "4",
        "--tasks",
        "2",
        "--methods",
        "ew,multibalance,mgda-param",
      ],
      ...["--steps", "2"],
    ])).stdout,
  );
  assert.deepEqual(Object.keys(bench), ["backend", "threads", "methods"]);
  assert.deepEqual(Object.keys(bench.methods), ["ew", "multibalance", "mgda-param"]);
  for (const { ms, qps } of Object.values(bench.methods) as { ms: number; qps: number }[]) {
    assert.ok(ms > 0 && qps > 0);
  }
  const balancers = JSON.parse(
    (await deno(root, [
      ...["run", "-A", "bench/main.ts", "balancers", "--json", "--tasks", "2,3", "--samples", "3"],
      ...["--methods", "ew,cagrad(c=1),moco", "--length", "16"],
    ])).stdout,
  );
  assert.deepEqual(
    balancers.methods.map(({ method, needs }: { method: string; needs: string }) => [method, needs]),
    [
      ["ew", "losses"],
      ["cagrad(c=1)", "gram"],
      ["moco", "gradients"],
    ],
  );
  for (const { microseconds } of balancers.methods) {
    assert.deepEqual(Object.keys(microseconds), ["2", "3"]);
    assert.ok(Object.values(microseconds as Record<string, number>).every((time) => time > 0 && time < 1e5));
  }
  assert.ok(balancers.gram.gramMatrix > 0 && balancers.gram.read > 0);
});
