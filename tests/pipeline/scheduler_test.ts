import assert from "node:assert/strict";
import fc from "fast-check";
import { runTasks, type Task } from "../../lib/pipeline/run/scheduler.ts";

interface Trace {
  readonly log: string[];
  readonly unreached: number[];
  /** The most slots of each kind that were taken at a time. */
  readonly mostSlots: readonly number[];
}

/** Runs tasks whose work takes a few turns of the event loop; `cached` ones need no execution. */
async function trace(
  tasks: readonly Task[],
  slots: number | readonly number[],
  options: {
    cached?: readonly number[];
    failing?: readonly number[];
    signal?: AbortSignal;
    keepGoing?: boolean;
  } = {},
): Promise<Trace> {
  const log: string[] = [];
  const capacity = [slots].flat();
  const used = capacity.map(() => 0);
  const mostSlots = capacity.map(() => 0);
  const unreached = await runTasks(
    tasks,
    capacity,
    {
      prepare: (i) => Promise.resolve(!options.cached?.includes(i)),
      async execute(i) {
        tasks[i].slots.forEach((count, kind) => {
          used[kind] += count;
          mostSlots[kind] = Math.max(mostSlots[kind], used[kind]);
        });
        log.push(`start ${i}`);
        await new Promise((resolve) => setTimeout(resolve, 0));
        tasks[i].slots.forEach((count, kind) => used[kind] -= count);
        if (options.failing?.includes(i)) throw new Error(`task ${i}`);
        log.push(`end ${i}`);
      },
      onError: (i) => log.push(`error ${i}`),
    },
    options.signal ?? new AbortController().signal,
    options.keepGoing,
  );
  return { log, unreached, mostSlots };
}

const task = (needs: number[] = [], ...slots: number[]): Task => ({
  needs,
  slots: slots.length === 0 ? [1] : slots,
});

Deno.test("tasks start in the order of the list, as needs and slots allow", async () => {
  const tasks = [task(), task(), task([0]), task([0, 1])];
  assert.deepEqual((await trace(tasks, 1)).log.filter((line) => line.startsWith("start")), [
    "start 0",
    "start 1",
    "start 2",
    "start 3",
  ]);
  assert.deepEqual((await trace(tasks, 2)).log.slice(0, 2), ["start 0", "start 1"]);
});

Deno.test("a task that takes all slots runs alone; smaller ones pass it meanwhile", async () => {
  const { log } = await trace([task(), task([], 2), task()], 2);
  assert.deepEqual(log, ["start 0", "start 2", "end 0", "end 2", "start 1", "end 1"]);
});

Deno.test("memory and GPUs keep tasks apart that the cores would let run together", async () => {
  const starts = async (tasks: Task[], slots: number[]) =>
    (await trace(tasks, slots)).log.map((line) => line.replace("start ", "+").replace("end ", "-")).join(" ");
  const gigabytes = [task([], 1, 6), task([], 1, 6), task([], 1, 4)];
  assert.equal(await starts(gigabytes, [4, 10]), "+0 +2 -0 +1 -2 -1");
  const gpus = [task([], 1, 0, 1), task([], 1, 0, 2), task([], 1, 0, 1), task([], 1, 0, 0)];
  assert.equal(await starts(gpus, [4, Infinity, 2]), "+0 +2 +3 -0 -2 +1 -3 -1");
});

Deno.test("a task that takes all of a kind waits at most for those that can start before it, then runs", async () => {
  const small = Array.from({ length: 20 }, () => task([], 1, 1));
  const { log } = await trace([task([], 1, 1), task([], 1, 4), ...small], [4, 4]);
  assert.equal(log.indexOf("start 1"), log.length - 2, "smaller ones pass it as long as there are any");
  assert.equal(log.at(-1), "end 1");
});

Deno.test("tasks that need no execution take no slot, and those behind them start", async () => {
  const { log } = await trace([task(), task([0]), task([1])], 1, { cached: [0, 1] });
  assert.deepEqual(log, ["start 2", "end 2"]);
});

Deno.test("after a failure nothing starts, and what runs is let finish", async () => {
  const { log, unreached } = await trace([task(), task(), task(), task([0])], 2, { failing: [0] });
  assert.deepEqual(log, ["start 0", "start 1", "error 0", "end 1"]);
  assert.deepEqual(unreached, [2, 3]);
});

Deno.test("an aborted run starts nothing; no tasks is done at once", async () => {
  const { log, unreached } = await trace([task(), task([0])], 1, { signal: AbortSignal.abort() });
  assert.deepEqual([log, unreached], [[], [0, 1]]);
  assert.deepEqual((await trace([], 1)).unreached, []);
});

const graphs = fc.integer({ min: 1, max: 12 }).chain((count) =>
  fc.tuple(
    ...Array.from({ length: count }, (_, i) =>
      fc.record({
        needs: fc.uniqueArray(fc.nat({ max: Math.max(0, i - 1) }), { maxLength: i === 0 ? 0 : 3 }),
        slots: fc.tuple(fc.integer({ min: 1, max: 3 }), fc.nat({ max: 10 }), fc.nat({ max: 2 })),
      })),
  )
);

Deno.test("every graph runs each task once, after its needs, within the slots of every kind", async () => {
  await fc.assert(
    fc.asyncProperty(graphs, async (tasks) => {
      const { log, unreached, mostSlots } = await trace(tasks, [3, 10, 2]);
      assert.deepEqual(unreached, []);
      [3, 10, 2].forEach((most, kind) => assert.ok(mostSlots[kind] <= most, `kind ${kind}`));
      assert.equal(new Set(log).size, 2 * tasks.length);
      tasks.forEach(({ needs }, i) => {
        for (const need of needs) assert.ok(log.indexOf(`end ${need}`) < log.indexOf(`start ${i}`));
      });
    }),
    { numRuns: 60 },
  );
});

Deno.test("with keepGoing only what needs the failed task is not reached", async () => {
  const tasks = [task(), task(), task([0]), task([1]), task([2, 3])];
  const { log, unreached } = await trace(tasks, 1, { failing: [0], keepGoing: true });
  assert.deepEqual(log, ["start 0", "error 0", "start 1", "end 1", "start 3", "end 3"]);
  assert.deepEqual(unreached, [2, 4]);
});
