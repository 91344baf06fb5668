/**
 * Kills the engine with -9 at many points of a run, each at a fresh copy of a project, and checks that nothing wrong is
 * ever served and that the next run finishes with the results of an undisturbed one.
 *
 *     deno task torture
 *     deno task torture --points 50
 *
 * @module
 */
import assert from "node:assert/strict";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { finished, stagesWith, TempProject, textProject } from "./temp_project.ts";

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

if (import.meta.main) {
  const { values } = parseArgs({ options: { points: { type: "string", default: "200" } } });
  const count = Number(values.points);
  if (!Number.isSafeInteger(count) || count < 1) {
    throw new RangeError(`Cannot torture: --points is '${values.points}', expected a positive integer`);
  }
  const write = (text: string) => Deno.stdout.writeSync(new TextEncoder().encode(text));
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
