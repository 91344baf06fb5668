import { join } from "node:path";
import { plainTable } from "../lib/eval/mod.ts";
import { hashFile } from "../lib/pipeline/base/content.ts";
import { writeProject } from "./engine/made_project.ts";
import { peers, versionOf } from "./engine/peers.ts";
import { median } from "./median.ts";
import { count, parseOptions, print } from "./options.ts";

const help = `Usage: deno task bench engine [options]

Times the pipeline engine: runs with nothing to do beside make, doit and snakemake,
what executing a stage costs beyond the stage, hashing, and the memory that a large
artifact takes.

  --stages 100,10000    stages of the runs with nothing to do
  --peers 100,10000     of these also for the peers that are installed
                        (Debian: make, python3-doit, snakemake)
  --executed 20         stages that are executed
  --artifact 4          size of the artifact, GB; it has holes and takes no space
  --rounds 5            the median of so many is taken
  --json                print one JSON object
`;

export const engineBenchmark = {
  summary: "the pipeline engine, beside make, doit and snakemake",
  run: runEngine,
};

async function runEngine(args: string[]): Promise<void> {
  const values = parseOptions(args, {
    stages: "100,10000",
    peers: "100,10000",
    executed: "20",
    artifact: "4",
    rounds: "5",
  });
  if (values.help) return print(help);
  const number = (name: "executed" | "artifact" | "rounds") => count("engine", name, values[name]);
  const list = (name: "stages" | "peers") =>
    values[name].split(",").filter((text) => text !== "").map((text) => count("engine", name, text));
  const rounds = number("rounds");
  const [sizes, peerSizes] = [list("stages"), list("peers")];
  const noOp: NoOp[] = [];
  for (const stages of sizes) noOp.push(await timeNoOp(stages, peerSizes.includes(stages), rounds));
  const executed = await timeExecuted(number("executed"), rounds);
  const hashing = await timeHashing(rounds);
  const memory = await measureMemory(number("artifact") * 1e9);
  if (values.json) return print(`${JSON.stringify({ noOp, executed, hashing, memory })}\n`);
  const names = [...new Set(noOp.flatMap(({ peers }) => Object.keys(peers)))];
  const rows = noOp.map(({ stages, seconds, peers }) => [
    String(stages),
    seconds.toFixed(2),
    ...names.map((name) => peers[name]?.toFixed(2) ?? "-"),
  ]);
  await print(
    `${plainTable([["stages, nothing to do", "here (s)", ...names.map((name) => `${name} (s)`)], ...rows], 1)}

executing a stage: ${milliseconds(executed.stage)}, of which ${
      milliseconds(executed.process)
    } are a Deno process \
that does the same
hashing: ${hashing.toFixed(2)} GB/s
an artifact of ${memory.gigabytes} GB: ${Math.round(memory.peak / 1e6)} MB at most in the engine
`,
  );
}

interface NoOp {
  readonly stages: number;
  /** Seconds of the whole process, here and with each peer that is installed. */
  readonly seconds: number;
  readonly peers: Readonly<Record<string, number>>;
}

async function timeNoOp(stages: number, withPeers: boolean, rounds: number): Promise<NoOp> {
  using folder = temporaryFolder();
  const project = writeProject(folder.path, stages);
  await project.fill();
  const runs = new Map([["", project.command(["run", "pipeline.ts"])]]);
  const folders: Disposable[] = [];
  try {
    for (const peer of withPeers ? peers : []) {
      const version = await versionOf(peer);
      if (version === undefined) continue;
      const its = temporaryFolder();
      folders.push(its);
      peer.prepare(its.path, stages);
      const [program, ...args] = peer.command;
      const command = () =>
        new Deno.Command(program, { args, cwd: its.path, stdout: "piped", stderr: "piped" });
      if (peer.records) await timed(command());
      runs.set(`${peer.name} ${version}`, command());
    }
    // The first run reads everything into the memory of the system, and ours writes its index.
    for (const command of runs.values()) await timed(command);
    const times = new Map([...runs.keys()].map((name) => [name, [] as number[]]));
    for (let round = 0; round < rounds; round++) {
      for (const [name, command] of runs) times.get(name)!.push(await timed(command));
    }
    const medians = [...times].map(([name, seconds]) => [name, median(seconds)] as const);
    return { stages, seconds: medians[0][1], peers: Object.fromEntries(medians.slice(1)) };
  } finally {
    for (const its of folders) its[Symbol.dispose]();
  }
}

/** Seconds that executing a stage takes, and that a process takes which does nothing but the stage's work. */
async function timeExecuted(stages: number, rounds: number): Promise<{ stage: number; process: number }> {
  using folder = temporaryFolder();
  const project = writeProject(folder.path, stages);
  const script = join(folder.path, "work.ts");
  Deno.writeTextFileSync(
    script,
    `import "valibot"; Deno.writeTextFileSync("out.txt", Deno.readTextFileSync("raw.txt") + 1);`,
  );
  const process = new Deno.Command(Deno.execPath(), {
    args: ["run", "--quiet", "--cached-only", "--config=deno.json", "--allow-read", "--allow-write", script],
    cwd: folder.path,
  });
  const times: { all: number; none: number; process: number }[] = [];
  await timed(project.command(["run", "pipeline.ts", "-j", "1"]));
  for (let round = 0; round < rounds; round++) {
    times.push({
      all: await timed(project.command(["run", "pipeline.ts", "-j", "1", "--force"])),
      none: await timed(project.command(["run", "pipeline.ts"])),
      process: await timed(process),
    });
  }
  return {
    stage: median(times.map(({ all, none }) => (all - none) / stages)),
    process: median(times.map((time) => time.process)),
  };
}

/** GB a second of a file of 500 MB that is in the memory of the system. */
async function timeHashing(rounds: number): Promise<number> {
  using folder = temporaryFolder();
  const path = join(folder.path, "data");
  const bytes = Uint8Array.from({ length: 1e6 }, (_, i) => i % 251);
  {
    using file = Deno.openSync(path, { write: true, create: true });
    for (let i = 0; i < 500; i++) file.writeSync(bytes);
  }
  const rates: number[] = [];
  for (let round = 0; round <= rounds; round++) {
    const start = performance.now();
    await hashFile(path);
    rates.push(0.5 / ((performance.now() - start) / 1000));
  }
  return median(rates.slice(1));
}

/** The most memory that the engine takes while a stage makes an artifact of `bytes`; Linux alone tells. */
async function measureMemory(bytes: number): Promise<{ gigabytes: number; peak: number }> {
  using folder = temporaryFolder();
  const project = writeProject(folder.path, 1);
  const stage = join(folder.path, "copy.ts");
  const text = Deno.readTextFileSync(stage);
  Deno.writeTextFileSync(
    stage,
    text.replace(
      "run(ctx) {",
      `run(ctx) { Deno.writeTextFileSync(ctx.outputs["text.txt"], ""); \
Deno.truncateSync(ctx.outputs["text.txt"], ${bytes}); if (ctx.params.n === 0) return;`,
    ),
  );
  const child = project.command(["run", "pipeline.ts"]).spawn();
  await child.stderr.cancel();
  let peak = 0;
  const timer = setInterval(() => {
    try {
      const status = Deno.readTextFileSync(`/proc/${child.pid}/status`);
      peak = Math.max(peak, 1024 * Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0));
    } catch {
      // It is over, or this is no Linux.
    }
  }, 20);
  const { success } = await child.status;
  clearInterval(timer);
  if (!success) throw new Error(`Cannot measure memory: the run of an artifact of ${bytes} bytes failed`);
  return { gigabytes: bytes / 1e9, peak };
}

/** Seconds of a command. Throws an Error if it fails. */
async function timed(command: Deno.Command): Promise<number> {
  const start = performance.now();
  const { success, stderr } = await command.output();
  if (!success) throw new Error(`Cannot time a run: it failed: ${new TextDecoder().decode(stderr).trim()}`);
  return (performance.now() - start) / 1000;
}

function temporaryFolder(): Disposable & { path: string } {
  const path = Deno.makeTempDirSync({ prefix: "equipoise-" });
  return { path, [Symbol.dispose]: () => Deno.removeSync(path, { recursive: true }) };
}

function milliseconds(seconds: number): string {
  return `${Math.round(seconds * 1000)} ms`;
}
