/**
 * Runs a command that runs pipelines in two copies of the project: in one undisturbed, in the other it is killed with -9
 * again and again before it may finish. Both must end with the same results.
 */
import assert from "node:assert/strict";
import { join } from "node:path";
import { listFiles } from "../../lib/pipeline/base/content.ts";
import { listRuns, readEvents } from "../../lib/pipeline/history/events.ts";
import { namesIn } from "../../lib/pipeline/base/files.ts";
import { firstDifference } from "../../lib/pipeline/history/first_difference.ts";
import { engineCommand, findProject } from "../../lib/pipeline/plan/project.ts";
import { recordNames } from "../../lib/pipeline/run/publish.ts";
import { readRun } from "../../lib/pipeline/history/run_record.ts";
import { type Manifest, Store } from "../../lib/pipeline/store/store.ts";
import { createRandom } from "../../lib/random/mod.ts";
import { processes } from "./temp_project.ts";

/** A moment at which an engine is killed. */
interface Kill {
  /** By the clock, or when so many results are there: short stages get their turn as well as long ones. */
  readonly by: "time" | "results";
  /** How far into what is left of the work: 0 to 1, so that most kills find their engine at work. */
  readonly share: number;
  /** The engine alone, or with it what else is in its process group. */
  readonly whom: "the engine" | "its group";
  /** Whether the next engine waits until the stages of this one are gone, or meets them. */
  readonly thenWait: boolean;
}

/** Draws `count` moments, early and late: all in all they leave a part of the work undone. */
function drawKills(count: number, seed: number): Kill[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, (_, i) => ({
    by: random.uniform() < 0.5 ? "time" : "results",
    share: Math.min(0.9, 2 * random.uniform() / (count - i + 1)),
    whom: random.uniform() < 0.5 ? "the engine" : "its group",
    thenWait: random.uniform() < 0.5,
  }));
}

/** What {@link tortureCommand} did and compared. */
export interface Outcome {
  /** How many engines were still at work when they were killed. */
  readonly hits: number;
  /** One line for each thing that differs between the copies. */
  readonly differences: readonly string[];
  /** Stages and published files that were compared; those left out, as not deterministic. */
  readonly stages: Compared;
  readonly files: Compared;
}

interface Compared {
  readonly same: readonly string[];
  readonly leftOut: readonly string[];
}

/**
 * Runs `deno` with `args` in the project at `undisturbed` to its end, and in the one at `disturbed` with `kills` kills;
 * checks that the latter leaves no processes, no scratch and no damage, and compares.
 *
 * @param settings.say Called with a line for each step.
 */
export async function tortureCommand(
  undisturbed: string,
  disturbed: string,
  args: readonly string[],
  settings: { kills: number; seed: number; env?: Record<string, string>; say: (line: string) => void },
): Promise<Outcome> {
  const { kills, seed, env = {}, say } = settings;
  const start = performance.now();
  await toItsEnd(launch(undisturbed, args, env));
  const seconds = (performance.now() - start) / 1000;
  const results = countResults(undisturbed);
  say(`undisturbed: ${results} results in ${seconds.toFixed(0)} s`);
  let hits = 0;
  for (const [i, kill] of drawKills(kills, seed).entries()) {
    const before = countResults(disturbed);
    const left = { results: results - before, seconds: seconds * (results - before) / results };
    const hit = await killOnce(disturbed, launch(disturbed, args, env), kill, left);
    if (hit) hits++;
    if (kill.thenWait) await untilGone(disturbed);
    const gained = countResults(disturbed) - before;
    say(
      `kill ${i + 1} of ${kills}, ${kill.whom}: ${hit ? "hit" : "it was over before"}, ` +
        `${gained} results more, ${before + gained} of ${results}`,
    );
  }
  await toItsEnd(launch(disturbed, args, env));
  await untilGone(disturbed);
  const again = await toItsEnd(launch(disturbed, args, env));
  assert.match(again, /up to date/);
  assert.doesNotMatch(again, /: started|goes on from/, "everything is in the store");
  const engine = (name: string) =>
    toItsEnd(launch(disturbed, engineCommand(findProject(join(disturbed, "deno.json")), name).slice(1), env));
  await engine("gc");
  for (const folder of ["tmp", "locks", "trash", "checkpoints", "failed"]) {
    assert.deepEqual(namesIn(join(disturbed, ".pipeline", folder)), [], `.pipeline/${folder} is empty`);
  }
  say((await engine("verify")).trimEnd());
  return { hits, ...compareProjects(undisturbed, disturbed) };
}

/** Starts a command as a shell with job control does: in a process group of its own. */
function launch(project: string, args: readonly string[], env: Record<string, string>): Deno.ChildProcess {
  return new Deno.Command(Deno.execPath(), {
    args: [...args],
    cwd: project,
    env: { NO_COLOR: "1", ...env },
    stdin: "null",
    stdout: "piped",
    stderr: "piped",
    detached: true,
  }).spawn();
}

async function toItsEnd(child: Deno.ChildProcess): Promise<string> {
  const output = await child.output();
  const [stdout, stderr] = [output.stdout, output.stderr].map((bytes) => new TextDecoder().decode(bytes));
  assert.ok(output.success, stdout + stderr);
  return stdout;
}

/** Kills an engine at its moment in the work that is left; gives whether it was still at work. */
async function killOnce(
  project: string,
  engine: Deno.ChildProcess,
  kill: Kill,
  left: { readonly results: number; readonly seconds: number },
): Promise<boolean> {
  const wanted = countResults(project) + Math.floor(kill.share * left.results);
  const due = Date.now() + 1000 * kill.share * left.seconds;
  const isDue = () => (kill.by === "time" ? Date.now() >= due : countResults(project) >= wanted);
  let running = true;
  const ending = engine.output().finally(() => (running = false));
  const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  while (running && !isDue()) await pause(5);
  if (running) Deno.kill(kill.whom === "the engine" ? engine.pid : -engine.pid, "SIGKILL");
  const { signal, success, stderr } = await ending;
  assert.ok(signal === "SIGKILL" || success, new TextDecoder().decode(stderr));
  return signal === "SIGKILL";
}

/** Waits until no stage of the project runs; they have a few seconds to notice that their engine is gone. */
async function untilGone(project: string): Promise<void> {
  const stages = () => processes((line) => line.includes(`${project}/.pipeline/tmp/`));
  for (const due = Date.now() + 5000; (await stages()).length > 0;) {
    assert.ok(Date.now() < due, `processes ${await stages()} live on without their engine`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function countResults(project: string): number {
  const store = join(project, ".pipeline", "store");
  return namesIn(store).reduce((sum, shelf) => sum + namesIn(join(store, shelf)).length, 0);
}

/** What a project ended with. */
interface Ending {
  /** By pipeline and stage. */
  readonly stages: ReadonlyMap<string, { readonly manifest: Manifest; readonly deterministic: boolean }>;
  /** The stage that each file was published from. */
  readonly published: ReadonlyMap<string, string>;
}

function readEnding(project: string): Ending {
  const store = new Store(project);
  const found = new Map<string, Manifest>();
  const published = new Map<string, string>();
  for (const run of listRuns(store.folder)) {
    const record = readRun(store.folder, run);
    if (record === undefined) continue;
    for (const event of readEvents(store.folder, run)) {
      if (event.type === "published") published.set(event.path, `${record.file}: ${event.stage}`);
    }
    // The newest come first.
    for (const [stage, key] of record.results) {
      const name = `${record.file}: ${stage}`;
      const manifest = store.manifest(key);
      if (manifest !== undefined && !found.has(name)) found.set(name, manifest);
    }
  }
  const unsteady = new Set<string>();
  for (let size = -1; size !== unsteady.size;) {
    size = unsteady.size;
    for (const { deterministic, parts, outputs } of found.values()) {
      const inputs = Object.values(parts.inputs).flat();
      if (deterministic && !inputs.some((hash) => unsteady.has(hash))) continue;
      for (const { hash } of Object.values(outputs)) unsteady.add(hash);
    }
  }
  const isSteady = ({ outputs }: Manifest) => !Object.values(outputs).some(({ hash }) => unsteady.has(hash));
  const stages = new Map(
    [...found].map(([name, manifest]) => [name, { manifest, deterministic: isSteady(manifest) }]),
  );
  return { stages, published };
}

/** Compares keys and outputs of all stages, and all files of `results/`, except what is not deterministic. */
export function compareProjects(first: string, second: string): Omit<Outcome, "hits"> {
  const [a, b] = [first, second].map(readEnding);
  const differences: string[] = [];
  const stages = { same: [] as string[], leftOut: [] as string[] };
  for (const name of new Set([...a.stages.keys(), ...b.stages.keys()])) {
    const [x, y] = [a.stages.get(name), b.stages.get(name)];
    const difference = x === undefined || y === undefined
      ? `is only in the ${x === undefined ? "second" : "first"}`
      : compareStage(x, y);
    if (difference !== undefined) differences.push(`${name} ${difference}`);
    else (x!.deterministic ? stages.same : stages.leftOut).push(name);
  }
  const files = { same: [] as string[], leftOut: [] as string[] };
  const isLeftOut = (path: string) => a.stages.get(a.published.get(path) ?? "")?.deterministic === false;
  const [inFirst, inSecond] = [first, second].map((project) =>
    new Set(listFiles(join(project, "results")).map(({ path }) => `results/${path}`))
  );
  for (const path of inFirst.union(inSecond)) {
    const [x, y] = [first, second].map((project) => join(project, path));
    if (!inFirst.has(path) || !inSecond.has(path)) {
      differences.push(`${path} is only in the ${inFirst.has(path) ? "first" : "second"}`);
    } else if (isLeftOut(path)) {
      files.leftOut.push(path);
    } else {
      const isRecord = Object.values<string>(recordNames).includes(path.replace(/^results\//, ""));
      const difference = isRecord ? compareRecords(x, y, isLeftOut) : firstDifference(x, y);
      if (difference === undefined) files.same.push(path);
      else differences.push(`${path}: ${difference}`);
    }
  }
  return { differences, stages, files };
}

type Ended = { readonly manifest: Manifest; readonly deterministic: boolean };

function compareStage(a: Ended, b: Ended): string | undefined {
  if (a.deterministic !== b.deterministic) return "is deterministic in one alone";
  if (!a.deterministic) return undefined;
  if (a.manifest.key !== b.manifest.key) return "has another key, so other inputs";
  const other = Object.entries(a.manifest.outputs)
    .filter(([name, { hash }]) => b.manifest.outputs[name]?.hash !== hash)
    .map(([name]) => name);
  return other.length === 0 ? undefined : `has the same key and other bytes in ${other.join(", ")}`;
}

/** Compares what is recorded of published files, but for those left out. */
function compareRecords(
  first: string,
  second: string,
  isLeftOut: (path: string) => boolean,
): string | undefined {
  const [a, b] = [first, second].map((path) =>
    Object.entries<string>(JSON.parse(Deno.readTextFileSync(path))).filter(([name]) => !isLeftOut(name))
      .join("\n")
  );
  return a === b ? undefined : "it records other hashes";
}
