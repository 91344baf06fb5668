import assert from "node:assert/strict";
import type { RunEvent } from "../../lib/pipeline/mod.ts";
import { type EngineRun, pipelineText, stagesWith, stageText, TempProject } from "./temp_project.ts";

type EventOf<Type extends RunEvent["type"]> = Extract<RunEvent, { type: Type }>;

function eventsOf<Type extends RunEvent["type"]>(type: Type, { events }: EngineRun): EventOf<Type>[] {
  return events.filter((event) => event.type === type) as EventOf<Type>[];
}

/** A stage that holds 300 MB for one and a half seconds, and one that holds nothing and is over at once. */
function memoryProject(): TempProject {
  return new TempProject({
    "stages/hold.ts": stageText(
      "hold",
      `params: v.object({ megabytes: v.number(), steps: v.number() }), inputs: [], outputs: ["o"]`,
      `{
         const held = new WebAssembly.Memory({ initial: ctx.params.megabytes * 15 });
         new Uint8Array(held.buffer).fill(1);
         for (let i = 1; i <= ctx.params.steps; i++) {
           const end = performance.now() + 250;
           // Without a pause, as computing is.
           while (performance.now() < end);
           ctx.progress(i, ctx.params.steps + 1);
         }
       }
       Deno.writeTextFileSync(ctx.outputs.o, "held");`,
    ),
    "pipeline.ts": pipelineText(
      ["hold"],
      `return [
         hold({ label: "much", params: { megabytes: 300, steps: 6 } }),
         hold({ label: "briefly", params: { megabytes: 0, steps: 0 } }),
       ];`,
    ),
  });
}

Deno.test("a stage's memory is reported on the way, and its peak is in the last event, manifest and status", async () => {
  using project = memoryProject();
  const run = await project.run();
  assert.equal(run.code, 0, run.stderr);
  const reports = eventsOf("stage-memory", run);
  assert.deepEqual([...new Set(reports.map(({ stage }) => stage))], ["hold much"], "none within a second");
  assert.ok(reports.length >= 1 && reports.length <= 3, `${reports.length} reports in about 1.5 seconds`);
  assert.ok(reports[0].memory > 300e6 && reports[0].memory < 500e6, `${reports[0].memory} bytes`);
  const peaks = new Map(eventsOf("stage-finished", run).map(({ stage, peakMemory }) => [stage, peakMemory!]));
  assert.ok(peaks.get("hold much")! > 300e6 && peaks.get("hold much")! < 500e6, `${peaks.get("hold much")}`);
  assert.ok(peaks.get("hold briefly")! > 20e6 && peaks.get("hold briefly")! < 200e6);
  for (const entry of project.entries()) {
    const manifest = JSON.parse(project.read(`${entry}/manifest.json`));
    assert.equal(manifest.peakMemory, peaks.get(manifest.id));
  }
  const status = await project.command(["status", "pipeline.ts"]);
  assert.match(status.stdout, /^hold much +up to date +made \S+ \S+ in \d\.\d s with [34]\d\d MB\n/);
});

/** Four stages that write the GPUs they see; two of them want one, one wants two, one none. */
function gpuProject(): TempProject {
  return new TempProject({
    "stages/see.ts": stageText(
      "see",
      `params: v.object({ n: v.number() }), inputs: [], outputs: ["o"]`,
      `await new Promise((resolve) => setTimeout(resolve, 300));
       Deno.writeTextFileSync(ctx.outputs.o, Deno.env.get("CUDA_VISIBLE_DEVICES"));`,
    ),
    "pipeline.ts": pipelineText(
      ["see"],
      `return [1, 1, 2, 0].map((gpus, n) =>
         see({ label: String(n), params: { n }, resources: { gpus } }));`,
    ),
  });
}

/** What each of the four saw. */
function seenIn(project: TempProject): string[] {
  return [0, 1, 2, 3].map((n) => project.read(project.output(`see ${n}`, "o")));
}

Deno.test("stages see GPUs of their own in CUDA_VISIBLE_DEVICES, never those of another at the same time", async () => {
  using project = gpuProject();
  const run = await project.run(["-j", "4", "--gpus", "2"]);
  assert.equal(run.code, 0, run.stdout + run.stderr);
  const [one, other, both, none] = seenIn(project);
  assert.deepEqual([[one, other].sort(), both, none], [["0", "1"], "0,1", ""]);
  for (const { stage, gpus } of eventsOf("stage-started", run)) {
    assert.equal(gpus.join(), seenIn(project)[Number(stage.at(-1))], "the event says so too");
  }
  const order = run.events.flatMap((event) => ("stage" in event ? [`${event.type} ${event.stage}`] : []));
  const at = (type: string, n: number) => order.indexOf(`stage-${type} see ${n}`);
  assert.ok(at("started", 1) < at("finished", 0), "those with one of two GPUs run together");
  assert.ok(
    at("started", 2) > Math.max(at("finished", 0), at("finished", 1)),
    "that with both waits for them",
  );
});

Deno.test("the GPUs are those that CUDA_VISIBLE_DEVICES names, up to one that is none", async () => {
  using project = gpuProject();
  const run = await project.run(["-j", "4"], { CUDA_VISIBLE_DEVICES: "7,GPU-3f2a,-1,5" });
  assert.equal(run.code, 0, run.stdout + run.stderr);
  const [one, other, both, none] = seenIn(project);
  assert.deepEqual([[one, other].sort(), both, none], [["7", "GPU-3f2a"], "7,GPU-3f2a", ""]);
  const more = await project.command(["run", "pipeline.ts", "--gpus", "3"], { CUDA_VISIBLE_DEVICES: "7,5" });
  assert.deepEqual([more.code, more.stderr], [
    1,
    "Cannot use 3 GPUs: CUDA_VISIBLE_DEVICES names 2, expected --gpus to be at most that\n",
  ]);
});

Deno.test("resources are no part of the key, and a result in the store needs none", async () => {
  using project = gpuProject();
  assert.equal((await project.run(["--gpus", "2"])).code, 0);
  project.write({
    "pipeline.ts": project.read("pipeline.ts").replace(
      "resources: { gpus }",
      `resources: { gpus: 16, memory: "1 TiB", cores: "all" }`,
    ),
  });
  const again = await project.run(["--gpus", "0", "--memory", "1 GB"]);
  assert.equal(again.code, 0, again.stderr);
  assert.equal(stagesWith("stage-hit", again).length, 4);
});

/** A quick stage, and a slow one that asks for what `resources` says. */
function greedyProject(resources: string): TempProject {
  const members = `params: v.object({}), inputs: [], outputs: ["o"]`;
  return new TempProject({
    "stages/quick.ts": stageText("quick", members, `Deno.writeTextFileSync(ctx.outputs.o, "");`),
    "stages/greedy.ts": stageText("greedy", members, `Deno.writeTextFileSync(ctx.outputs.o, "");`),
    "pipeline.ts": pipelineText(
      ["quick", "greedy"],
      `return [quick(), greedy({ resources: ${resources} })];`,
    ),
  });
}

const shortages: { title: string; resources: string; args: string[]; message: string; mend: string[] }[] = [
  {
    title: "memory",
    resources: `{ memory: "4 GB" }`,
    args: ["--memory", "3GB"],
    message: `it asks for 4.0 GB of memory and there are 3.0 GB, expected no more, or --memory "4.0 GB"`,
    mend: ["--memory", "4.0 GB"],
  },
  {
    title: "GPUs",
    resources: `{ gpus: 2 }`,
    args: ["--gpus", "1"],
    message: "it asks for 2 GPUs and there is 1, expected no more, or --gpus 2",
    mend: ["--gpus", "2"],
  },
];

for (const { title, resources, args, message, mend } of shortages) {
  Deno.test(`a stage that asks for more ${title} than there is ends the run before anything runs`, async () => {
    using project = greedyProject(resources);
    const run = await project.run(args);
    assert.deepEqual([run.code, run.stderr, run.events.length], [1, `Cannot run "greedy": ${message}\n`, 0]);
    assert.deepEqual(project.entries(), []);
    assert.equal(
      (await project.run([...args, "--only", "quick"])).code,
      0,
      "what is not selected is no matter",
    );
    assert.equal((await project.run(mend)).code, 0, "the option that it names mends it");
  });
}

Deno.test("wrong sizes and counts on the command line are told with what is expected", async () => {
  using project = greedyProject("{}");
  const table: [string[], RegExp][] = [
    [
      ["--memory", "much"],
      /^Cannot read option --memory: it is "much", expected bytes or a text such as "2 GB"\n$/,
    ],
    [["--gpus", "-1"], /--gpus/],
    [["--gpus=-1"], /^Cannot read option --gpus: it is "-1", expected a non-negative integer\n$/],
    [["--gpus="], /^Cannot read option --gpus: it is "", expected a non-negative integer\n$/],
    [
      ["--gpus", "1", "--executor", "slurm"],
      /^Cannot read option --gpus: Slurm counts for itself, expected --executor local\n$/,
    ],
  ];
  for (const [args, expected] of table) {
    const { code, stderr } = await project.command(["run", "pipeline.ts", ...args]);
    assert.equal(code, 2);
    assert.match(stderr, expected);
  }
});
