/**
 * Kills the engine with -9 at many points of a run, each at a fresh copy of a project, and checks that nothing wrong is
 * ever served and that the next run finishes with the results of an undisturbed one.
 *
 *     deno task torture
 *     deno task torture --points 50
 *
 * Or does the whole `deno task reproduce` twice, once undisturbed and once with kills at random moments, each followed by
 * the same command again, and compares all results; EQUIPOISE_DATA decides which data take part:
 *
 *     deno task torture --reproduce --kills 12 --seed 1
 *
 * @module
 */
import assert from "node:assert/strict";
import { basename, join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { copyProject, root } from "../pipelines/project_copy.ts";
import { finished, stagesWith, TempProject, textProject } from "./temp_project.ts";
import { tortureCommand } from "./torture_command.ts";

/** A point at which the engine is killed. */
export interface Point {
  /** What the project has behind it: nothing, or a whole run of an older raw file. */
  readonly before: "nothing" | "older";
  /** Before the how-manieth file operation; or after how many milliseconds, when a child may be at work. */
  readonly at: { readonly operation: number } | { readonly milliseconds: number };
}

const stages = ["upper 0", "upper 1", "join"];

function startProject({ before }: Pick<Point, "before">): TempProject {
  const project = textProject();
  if (before === "older") project.write({ "raw.txt": "old" });
  return project;
}

/** Counts the file operations of undisturbed runs, and how long they take: the range of the points. */
export async function measure(
  before: Point["before"],
): Promise<{ operations: number; milliseconds: number }> {
  using project = startProject({ before });
  if (before === "older") await project.run();
  project.write({ "raw.txt": "abc" });
  const counter = project.path("count.json");
  const start = performance.now();
  await project.run([], { FAULT: "count", FAULT_COUNT: counter });
  const milliseconds = performance.now() - start;
  return { operations: JSON.parse(Deno.readTextFileSync(counter)).total, milliseconds };
}

/**
 * Kills a run at `point` and checks what is left.
 *
 * @returns Whether the engine was still running at the point.
 */
export async function killAt(point: Point): Promise<boolean> {
  using project = startProject(point);
  if (point.before === "older") await project.run();
  project.write({ "raw.txt": "abc" });
  const killed = await killOnce(project, point);
  checkEntries(project);
  const next = await project.run();
  assert.equal(next.code, 0, next.stdout + next.stderr);
  assert.equal(project.read("results/joined.txt"), ">ABC+ABCABC");
  checkEntries(project);
  const idle = await project.run();
  assert.deepEqual(stagesWith("stage-hit", idle).sort(), stages.toSorted());
  assert.deepEqual(stagesWith("stage-started", idle), []);
  const collected = await project.command(["gc"]);
  assert.equal(collected.code, 0, collected.stderr);
  assert.deepEqual([project.list(".pipeline/tmp"), project.list(".pipeline/locks")], [[], []]);
  assert.deepEqual(project.list(".pipeline").filter((name) => name.startsWith(".")), []);
  assert.deepEqual(project.list("results"), [".published.json", "joined.txt"]);
  return killed;
}

async function killOnce(project: TempProject, { at }: Point): Promise<boolean> {
  if ("operation" in at) return (await project.run([], { FAULT: `kill@${at.operation}` })).code !== 0;
  const engine = project.start(["run", "pipeline.ts", "--json"]);
  const timer = setTimeout(() => engine.kill("SIGKILL"), at.milliseconds);
  const { code } = await finished(engine);
  clearTimeout(timer);
  return code !== 0;
}

/** Checks that every entry with a manifest has exactly the right bytes. */
function checkEntries(project: TempProject): void {
  const right: Record<string, RegExp> = {
    "upper.txt": /^(ABC){1,2}$|^(OLD){1,2}$/,
    "joined.txt": /^>ABC\+ABCABC$|^>OLD\+OLDOLD$/,
  };
  for (const entry of project.entries()) {
    assert.equal(JSON.parse(project.read(`${entry}/manifest.json`)).key, basename(entry));
    for (const output of project.list(`${entry}/outputs`)) {
      assert.match(project.read(join(entry, "outputs", output)), right[output]);
    }
  }
}

/** `count` points, spread over both kinds of project and over operations and times. */
export async function spread(count: number): Promise<Point[]> {
  const points: Point[] = [];
  const share = Math.ceil(count / 4);
  for (const before of ["nothing", "older"] as const) {
    const { operations, milliseconds } = await measure(before);
    for (let i = 0; i < share; i++) {
      // Every operation if there are enough points, else evenly.
      const operation = 1 + Math.floor((i + 0.5) * operations / share);
      points.push({ before, at: { operation } }, {
        before,
        at: { milliseconds: (i + 0.5) * milliseconds / share },
      });
    }
  }
  return points.slice(0, count);
}

const write = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));

async function torturePoints(count: number): Promise<void> {
  let killed = 0;
  const points = await spread(count);
  for (const [i, point] of points.entries()) {
    try {
      if (await killAt(point)) killed++;
    } catch (error) {
      write(`\nkilled at ${JSON.stringify(point)}:\n${error instanceof Error ? error.stack : error}\n`);
      Deno.exit(1);
    }
    if ((i + 1) % 10 === 0) write(`${i + 1} of ${points.length} points\n`);
  }
  write(
    `${points.length} points, the engine was killed at ${killed}; no wrong result, and every next run finished\n`,
  );
}

async function tortureReproduce(kills: number, seed: number): Promise<void> {
  const config = JSON.parse(Deno.readTextFileSync(join(root, "deno.json")));
  const [, ...args] = config.tasks.reproduce.command.split(" ");
  const data = Deno.env.get("EQUIPOISE_DATA");
  const env: Record<string, string> = data ? { EQUIPOISE_DATA: resolve(data) } : {};
  const [undisturbed, disturbed] = [await copyProject(), await copyProject()];
  const say = (line: string) => void write(`${line}\n`);
  const { hits, differences, stages, files } = await tortureCommand(undisturbed, disturbed, args, {
    ...{ kills, seed, env, say },
  });
  for (const difference of differences) say(difference);
  for (const name of [...stages.leftOut, ...files.leftOut]) say(`left out, as not deterministic: ${name}`);
  say(
    `${hits} of ${kills} kills hit; keys and outputs of ${stages.same.length} stages and the bytes of ` +
      `${files.same.length} files in results/ are the same, ${differences.length} things differ`,
  );
  if (differences.length > 0) {
    say(`The projects are kept: ${undisturbed} ran undisturbed, ${disturbed} was killed`);
    Deno.exit(1);
  }
  for (const project of [undisturbed, disturbed]) Deno.removeSync(project, { recursive: true });
}

const help = `Usage: deno task torture [options]

Kills the pipeline engine again and again, and checks that what is left is whole.

  --points N     points of a run at which to kill it (default 200)
  --reproduce    kills deno task reproduce at random moments instead, and compares
                 all it ends with, byte by byte, with an undisturbed run
  --kills N      how often, with --reproduce (default 12)
  --seed N       of the moments, with --reproduce (default 1)
`;

if (import.meta.main) {
  const { values } = parseArgs({
    options: {
      points: { type: "string", default: "200" },
      reproduce: { type: "boolean", default: false },
      kills: { type: "string", default: "12" },
      seed: { type: "string", default: "1" },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) {
    await Deno.stdout.write(new TextEncoder().encode(help));
    Deno.exit(0);
  }
  const count = (name: "points" | "kills" | "seed") => {
    const value = Number(values[name]);
    if (Number.isSafeInteger(value) && value >= 1) return value;
    throw new RangeError(`Cannot torture: --${name} is '${values[name]}', expected a positive integer`);
  };
  if (values.reproduce) await tortureReproduce(count("kills"), count("seed"));
  else await torturePoints(count("points"));
}
